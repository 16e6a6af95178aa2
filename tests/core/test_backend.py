"""The connection to PostgreSQL: what a session is told."""

from django.db import connection


def test_what_a_session_is_told_is_put_together_once_and_anew_for_another_database(
    db, monkeypatch
) -> None:
    first = connection.get_connection_params()
    first["dbname"] = "changed by whoever got it"
    again = connection.get_connection_params()
    monkeypatch.setitem(connection.settings_dict, "NAME", "another")

    assert again["cursor_factory"] is first["cursor_factory"]
    assert again["dbname"] != first["dbname"]
    assert connection.get_connection_params()["dbname"] == "another"
