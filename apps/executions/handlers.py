"""What executions do when others tell news."""

from django.db import transaction

from apps.core.events import subscribe
from apps.executions.errors import StillRunningError
from apps.executions.queries import finding
from apps.executions.services import blob_rounds
from apps.tenants.events import TenantDeleted
from apps.workflows.events import VersionsUnwanted


def keep(event: VersionsUnwanted) -> None:
    """Keep the versions that executions show, and every one while something still runs."""
    if finding.has_live(event.workflow_id):
        raise StillRunningError("Executions of this workflow still run. Cancel them first.")
    event.kept.update(finding.versions_in_use(event.workflow_id))


def drop_files(event: TenantDeleted) -> None:
    """Delete a tenant's files once its schema is gone for good."""
    transaction.on_commit(lambda: blob_rounds.drop(event.schema), robust=True)


subscribe(VersionsUnwanted, keep)
subscribe(TenantDeleted, drop_files)
