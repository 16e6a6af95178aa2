"""The proxy of a call: where it is, and who signs in there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from apps.engine.credential import Credential, is_allowed
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.node import Context, Raw
from apps.engine.ports import HttpProxy
from apps.nodes.action_http.request import is_on_the_web, plain

PROXY = (
    Field(
        name="proxy",
        kind=Kind.TEMPLATE,
        title="Proxy",
        help="The address of a server through which the call is made. It is checked like any other.",
        placeholder="http://proxy.example.com:3128",
        is_secret_ok=True,
    ),
    Field(
        name="proxy_credential",
        kind=Kind.CREDENTIAL,
        title="User of the proxy",
        help="Shown to the proxy alone.",
        options=("basic_auth",),
    ),
)


def proxy_of(ctx: Context) -> HttpProxy | None:
    """Return the proxy with its user; None: the call goes without one.

    Raises:
        NodeError: `credential_incomplete`, the user has no password; `credential_host`, the credential may not
            be shown to this proxy; `bad_config`, there is a user and no proxy.
    """
    credential = ctx.credential("proxy_credential")
    if not ctx.config.is_given("proxy"):
        if credential is not None:
            raise NodeError("bad_config", "“proxy” is empty, but there is a user for it.")
        return None
    url = ctx.config.sendable("proxy")
    if credential is None:
        return HttpProxy(url)
    if not _may_see(plain(url), credential):
        sentence = f"The credential “{credential.name}” may not be shown to this proxy."
        raise NodeError("credential_host", sentence)
    return HttpProxy(url, credential.text("username"), credential.secret("password"))


def proxy_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield why a proxy could not be used, or its user has none."""
    proxy = config.get("proxy")
    if is_absent(proxy) and not is_absent(config.get("proxy_credential")):
        yield FieldProblem(
            "proxy", "field_required", "“Proxy” is empty, but there is a user for it."
        )
    if not isinstance(proxy, str) or not proxy or is_templated(proxy):
        return
    if not is_on_the_web(proxy):
        sentence = "The address of a proxy must begin with http:// or https://."
        yield FieldProblem("proxy", "bad_url", sentence)
    elif "@" in proxy:
        sentence = "User and password do not belong into the address: choose a credential for them."
        yield FieldProblem("proxy", "user_in_url", sentence)


def _may_see(url: str, credential: Credential) -> bool:
    """Say whether the host of `url` is one of those to which a credential may go, if it names any."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return False
    return not credential.allowed_hosts or is_allowed(host, credential.allowed_hosts)
