"""Accounts that a person lets gorax act for, by OAuth 2.0."""

from apps.credentials.rules.kinds.kind import URL, Kind, Value
from apps.credentials.rules.providers import GENERIC, PROVIDERS

ACCOUNT = "oauth2"
_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
# What is written into an address, or sent as one line.
_PART = r"[A-Za-z0-9._-]+"
_LINE = r"[\x21-\x7e]+"

CONNECTIONS = (
    Kind(
        name=ACCOUNT,
        title="OAuth 2.0 account",
        description="An account that somebody connects in the browser; its token is renewed by itself.",
        docs="https://www.rfc-editor.org/rfc/rfc9700",
        main="access_token",
        untested="It was tried out when somebody connected it: a token comes only for an account that its provider takes.",
        values=(
            Value(
                name="provider",
                title="Provider",
                options=tuple(PROVIDERS),
                default=GENERIC,
                is_required=True,
            ),
            Value(
                name="client_id",
                title="Client id",
                help="Of your app at the provider.",
                is_required=True,
                pattern=_LINE,
            ),
            Value(
                name="client_secret",
                title="Client secret",
                help="Of your app at the provider. Empty for a public client.",
                is_secret=True,
            ),
            Value(
                name="scopes",
                title="Scopes",
                help="With spaces between. Empty: the usual ones.",
                pattern=r"[\x20-\x7e]{1,4000}",
            ),
            Value(
                name="domain",
                title="Domain",
                help="Auth0 and Salesforce: your own, such as login.salesforce.com.",
                pattern=_HOST,
                shown_with=("auth0", "salesforce"),
            ),
            Value(
                name="directory",
                title="Directory",
                help="Microsoft: the directory’s id or domain, or common.",
                pattern=_PART,
                default="common",
                shown_with=("microsoft",),
            ),
            Value(
                name="issuer",
                title="Issuer",
                help="Another provider: its addresses are looked up there.",
                pattern=URL,
                format="url",
                shown_with=(GENERIC,),
            ),
            Value(
                name="authorization_url",
                title="Authorization URL",
                help="Another provider without an issuer.",
                pattern=URL,
                format="url",
                shown_with=(GENERIC,),
            ),
            Value(
                name="token_url",
                title="Token URL",
                help="Another provider without an issuer.",
                pattern=URL,
                format="url",
                shown_with=(GENERIC,),
            ),
            Value(
                name="revocation_url",
                title="Revocation URL",
                help="Another provider: where tokens are given back.",
                pattern=URL,
                format="url",
                shown_with=(GENERIC,),
            ),
            Value(
                name="audience",
                title="Audience",
                help="Auth0 and some others: the API that the token is for.",
                pattern=_LINE,
                shown_with=("auth0", GENERIC),
            ),
            Value(
                name="auth_style",
                title="How the client proves itself",
                help="In the header as HTTP Basic, or in the body. Empty: as the provider wants it.",
                options=("header", "body"),
                shown_with=(GENERIC,),
            ),
        ),
    ),
)
