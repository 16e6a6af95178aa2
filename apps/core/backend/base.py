"""Django's PostgreSQL as django-prometheus counts it, for sessions that come from a pool."""

from typing import Any

from django_prometheus.db.backends.postgresql.base import DatabaseWrapper as CountingWrapper

# What may differ between two databases that one process opens.
NAMED_BY = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


class DatabaseWrapper(CountingWrapper):  # type: ignore[misc]  # django-prometheus has no types
    """Puts together what a new session is told once per thread and database.

    Django asks for it at each request, although the pool has opened the session long ago; with a class of cursors made
    anew each time that was 4 % of an accept.
    """

    # Whether somebody chose a schema on the session that is held now: each cursor of Django's does.
    _has_chosen = False
    _told: tuple[tuple[object, ...], dict[str, Any]] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Return libpq's parameters and psycopg's; whoever gets them may change them."""
        database = tuple(self.settings_dict[name] for name in NAMED_BY)
        if self._told is None or self._told[0] != database:
            self._told = (database, super().get_connection_params())
        return dict(self._told[1])

    def _cursor(self, name: str | None = None) -> Any:
        self._has_chosen = True
        return super()._cursor(name)

    def _close(self) -> None:
        """Give the session back as it came: without a schema. Who takes it next, and chooses none, finds no table.

        A round trip, and only if there was a cursor: what goes through `db` names its schemas and chooses none.
        """
        session = self.connection
        if self._has_chosen and session is not None and not session.closed:
            self._has_chosen = False
            try:
                # Within a transaction it would be undone with it.
                if session.info.transaction_status.name != "IDLE":
                    session.rollback()
                session.execute("RESET search_path", prepare=False)
            except self.Database.Error:
                session.close()  # the pool then opens another one
        super()._close()
