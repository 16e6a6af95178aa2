"""Where an issuer's servers are, asked of itself (OpenID Connect Discovery, else RFC 8414)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from apps.adapters.errors import HttpError
from apps.credentials.errors import ProviderAwayError
from apps.credentials.rules.accounts import url_fault
from apps.credentials.rules.providers import Provider
from apps.credentials.services.token_calls import private_of, send

_NAMES = {
    "authorization_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "revocation_url": "revocation_endpoint",
}


def addresses_of(schema: str, provider: Provider) -> dict[str, str]:
    """Return the addresses that a provider's issuer publishes, if it has none of its own.

    Raises:
        ProviderAwayError: it does not answer, publishes nothing under this very name, or nothing that can be called.
    """
    if provider.authorization_url and provider.token_url:
        return {}
    told = _told(schema, provider.issuer)
    private = private_of(schema)
    found = {}
    for ours, theirs in _NAMES.items():
        fault = url_fault(told[theirs], private) if told.get(theirs) else ""
        if fault:
            raise ProviderAwayError(f"The issuer’s {theirs} cannot be called: {fault}.")
        if told.get(theirs):
            found[ours] = str(told[theirs])
    if "authorization_url" not in found or "token_url" not in found:
        raise ProviderAwayError("The issuer names no authorization and token endpoint.")
    if told.get("authorization_response_iss_parameter_supported") is True:
        found["names_itself"] = "true"
    return found


def _told(schema: str, issuer: str) -> Mapping[str, Any]:
    parts = urlsplit(issuer)
    base, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    for url in (
        f"{base}{path}/.well-known/openid-configuration",
        f"{base}/.well-known/oauth-authorization-server{path}",
    ):
        try:
            heard = send(schema, "GET", url, {})
        except HttpError as failure:
            raise ProviderAwayError(f"The issuer does not answer: {failure.message}") from None
        if heard.status == 200 and heard.said.get("issuer") == issuer:
            return heard.said
    raise ProviderAwayError("The issuer publishes no description of itself under this very name.")
