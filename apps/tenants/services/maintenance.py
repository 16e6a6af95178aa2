"""What must be done now and then, and may be done twice."""

import logging
from datetime import timedelta

from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import owner, partitions, tenancy
from apps.tenants.errors import ScriptUnavailableError
from apps.tenants.models import CrossingCode, Session
from apps.tenants.queries import directory
from apps.tenants.services import rounds, template, usage

log = logging.getLogger(__name__)

# Ended sessions and spent codes are kept this long for whoever asks what happened.
KEPT_FOR = timedelta(days=7)


def maintain_partitions() -> partitions.Report:
    """Make the months that are missing anywhere, move what lies in DEFAULT, keep the template at the months of now."""
    schemas = directory.living_schemas()
    report = partitions.joined(partitions.ensure(schemas), partitions.rehouse(schemas))
    # Only its owner may change the template. Until the next `migrate` a new tenant's months are made beside the script.
    if not template.is_current() and owner.is_at_work():
        try:
            template.prepare()
        except ScriptUnavailableError as reason:
            log.warning("template.not_rendered", extra={"reason": str(reason)})
    return report


def forget_ended_sessions() -> int:
    """Delete sessions and crossing codes that ended more than a week ago, and old days of usage; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        codes, _ = CrossingCode.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
        sessions, _ = Session.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
    return codes + sessions + usage.forget_old()


def anchor_trails() -> int:
    """Keep where each audit trail ends today, the platform's first; return of how many tenants."""
    tenancy.run_in(tenancy.PUBLIC, audit.anchor)
    return rounds.in_each(audit.anchor)
