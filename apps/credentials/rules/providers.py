# ruff: noqa: S106 - addresses of token servers are no passwords
"""Whom people connect accounts with, as data: where their OAuth 2.0 servers are, and what is odd about each.

`{name}` in an address stands for a value of the credential, as the domain of a company's own server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One server of OAuth 2.0.

    `issuer` is who an answer must come from where it says so (RFC 9207). `scopes` are asked for if the credential names
    none, `extra` goes along with the question. `is_own`: its address comes from whoever made the credential, so it has a
    redirect URI of its own. `has_pkce`: it takes a proof (RFC 7636) also from a client that has a secret.

    `usual_life_s` is how long a token is good that does not say so; 0: for good. `revocation` is how tokens are given
    back: `rfc7009`, `github`, `slack`, or empty: it takes none back. `hosts` are where a token may be sent.
    """

    name: str
    title: str
    authorization_url: str = ""
    token_url: str = ""
    revocation_url: str = ""
    revocation: str = ""
    issuer: str = ""
    is_own: bool = False
    scopes: str = ""
    separator: str = " "
    extra: Mapping[str, str] = field(default_factory=dict)
    has_pkce: bool = True
    auth_style: str = "body"
    usual_life_s: int = 0
    hosts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def filled(self, values: Mapping[str, str]) -> "Provider":
        """Return it with the values of a credential in its addresses; only `generic` takes whole ones."""

        def fill(template: str) -> str:
            for name in ("domain", "directory", "client_id"):
                template = template.replace(f"{{{name}}}", values.get(name, ""))
            return template

        def place(name: str, template: str) -> str:
            return (values.get(name) if self.name == GENERIC else "") or fill(template)

        audience = values.get("audience", "")
        return replace(
            self,
            authorization_url=place("authorization_url", self.authorization_url),
            token_url=place("token_url", self.token_url),
            revocation_url=place("revocation_url", self.revocation_url),
            issuer=place("issuer", self.issuer),
            scopes=values.get("scopes") or self.scopes,
            auth_style=values.get("auth_style") or self.auth_style,
            extra={**self.extra, **({"audience": audience} if audience else {})},
        )


_ALL = (
    Provider(
        name="github",
        title="GitHub",
        authorization_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",
        revocation_url="https://api.github.com/applications/{client_id}/token",
        revocation="github",
        hosts=("api.github.com", "uploads.github.com"),
    ),
    Provider(
        name="google",
        title="Google",
        authorization_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        revocation_url="https://oauth2.googleapis.com/revoke",
        revocation="rfc7009",
        issuer="https://accounts.google.com",
        scopes="openid email",
        # Without the first two it gives a token for renewing at the first consent only; the third keeps what was granted.
        extra={"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"},
        hosts=("*.googleapis.com",),
    ),
    Provider(
        name="slack",
        title="Slack",
        authorization_url="https://slack.com/oauth/v2/authorize",
        token_url="https://slack.com/api/oauth.v2.access",
        revocation_url="https://slack.com/api/auth.revoke",
        revocation="slack",
        scopes="chat:write",
        separator=",",
        # An app that takes proofs counts as one without a secret, for good.
        has_pkce=False,
        hosts=("slack.com", "*.slack.com"),
    ),
    Provider(
        name="microsoft",
        title="Microsoft",
        authorization_url="https://login.microsoftonline.com/{directory}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{directory}/oauth2/v2.0/token",
        scopes="offline_access User.Read",
        needs=("directory",),
        hosts=("graph.microsoft.com",),
    ),
    Provider(
        name="twitter",
        title="X (Twitter)",
        authorization_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",
        revocation_url="https://api.x.com/2/oauth2/revoke",
        revocation="rfc7009",
        scopes="tweet.read users.read offline.access",
        auth_style="header",
        hosts=("api.x.com", "api.twitter.com"),
    ),
    Provider(
        name="linkedin",
        title="LinkedIn",
        authorization_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",
        revocation_url="https://www.linkedin.com/oauth/v2/revoke",
        revocation="rfc7009",
        scopes="openid profile",
        # Its flow for servers refuses a proof; the client's secret stands in for it.
        has_pkce=False,
        hosts=("api.linkedin.com",),
    ),
    Provider(
        name="salesforce",
        title="Salesforce",
        authorization_url="https://{domain}/services/oauth2/authorize",
        token_url="https://{domain}/services/oauth2/token",
        revocation_url="https://{domain}/services/oauth2/revoke",
        revocation="rfc7009",
        scopes="api refresh_token openid",
        # It never says how long; a company's sessions may be as short as this.
        usual_life_s=900,
        needs=("domain",),
        hosts=("*.salesforce.com",),
    ),
    Provider(
        name="auth0",
        title="Auth0",
        authorization_url="https://{domain}/authorize",
        token_url="https://{domain}/oauth/token",
        revocation_url="https://{domain}/oauth/revoke",
        revocation="rfc7009",
        issuer="https://{domain}/",
        is_own=True,
        scopes="openid offline_access",
        needs=("domain",),
    ),
    Provider(
        name=GENERIC,
        title="Another one",
        revocation="rfc7009",
        is_own=True,
        auth_style="header",
    ),
)

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in _ALL}


def provider_of(values: Mapping[str, str]) -> Provider:
    """Return the provider that the values of a credential name, with these values in its addresses."""
    return PROVIDERS[values.get("provider") or GENERIC].filled(values)
