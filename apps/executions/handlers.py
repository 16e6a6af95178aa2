"""What executions do when others tell news."""

from apps.core.events import subscribe
from apps.executions import queries
from apps.executions.errors import StillRunningError
from apps.workflows.events import VersionsUnwanted


def keep(event: VersionsUnwanted) -> None:
    """Keep the versions that executions show, and every one while something still runs."""
    if queries.has_live(event.workflow_id):
        raise StillRunningError("Executions of this workflow still run. Cancel them first.")
    event.kept.update(queries.versions_in_use(event.workflow_id))


subscribe(VersionsUnwanted, keep)
