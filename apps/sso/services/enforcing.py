"""Who may not enter by a password."""

from apps.sso.errors import SsoRequiredError
from apps.sso.queries import connections as queries
from apps.sso.rules import claims as rules
from apps.sso.services import trail
from apps.tenants.events import EnteringByPassword


def judge(entering: EnteringByPassword) -> None:
    """Keep out who must come by the tenant's provider. Owners may always enter: somebody must, when the provider is away.

    Raises:
        SsoRequiredError: the tenant enforces its sign-in for the domain of this address.
    """
    if not queries.is_enforced(entering.tenant_id, rules.domain_of(entering.email)):
        return
    if entering.role != "owner":
        raise SsoRequiredError
    trail.owner_entered(entering.user_id, entering.email, entering.schema)
