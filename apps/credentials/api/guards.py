"""What views of credentials ask of whoever calls, beside the role: `can(…, of=named)`."""

from collections.abc import Mapping
from typing import Any

from apps.core.principals import Principal
from apps.credentials import queries


def named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not use the credential that the route names: for them it is not there.

    Raises:
        CredentialNotFoundError: there is none, or it is none for them.
    """
    if not principal.is_manager:
        queries.require(principal, route["credential_id"])
