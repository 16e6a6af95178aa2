"""What executions do when others tell news."""

from apps.core.events import subscribe
from apps.executions.errors import StillRunningError
from apps.executions.queries import finding
from apps.executions.services import blob_rounds
from apps.tenants.events import TenantGone
from apps.workflows.events import VersionsUnwanted


def keep(event: VersionsUnwanted) -> None:
    """Keep the versions that executions show, and every one while something still runs."""
    if finding.has_live(event.workflow_id):
        raise StillRunningError("Executions of this workflow still run. Cancel them first.")
    event.kept.update(finding.versions_in_use(event.workflow_id))


def drop_files(event: TenantGone) -> None:
    """Delete a tenant's files."""
    blob_rounds.drop(event.schema)


subscribe(VersionsUnwanted, keep)
subscribe(TenantGone, drop_files)
