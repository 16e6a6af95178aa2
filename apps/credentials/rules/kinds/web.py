"""What proves who calls an API over HTTP."""

from apps.credentials.rules.kinds.kind import URL, Call, Kind, Value

# The name of a header has this form, its value one line: what else could be written would begin another header.
NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
LINE = r"[^\r\n\0]*"
NO_ADDRESS = "It does not say where it is good: give it an address to ask, and it can be tested."

TEST_URL = Value(
    name="test_url",
    title="Address for the test",
    help="An address that answers a plain GET; only the test button asks it.",
    pattern=URL,
    format="url",
    is_place=True,
)

WEB = (
    Kind(
        name="basic_auth",
        title="User name and password",
        description="Sent as HTTP Basic authentication.",
        docs="https://www.rfc-editor.org/rfc/rfc7617",
        values=(
            Value(name="username", title="User name", is_required=True, pattern=r"[^:\r\n\0]*"),
            Value(name="password", title="Password", is_secret=True, is_required=True),
            TEST_URL,
        ),
        probe=Call(base_from="test_url", basic=("{username}", "{password}")),
        untested=NO_ADDRESS,
    ),
    Kind(
        name="bearer_token",
        title="Bearer token",
        description="Sent as “Authorization: Bearer …”.",
        docs="https://www.rfc-editor.org/rfc/rfc6750",
        values=(
            Value(name="token", title="Token", is_secret=True, is_required=True, pattern=LINE),
            TEST_URL,
        ),
        probe=Call(base_from="test_url", headers={"Authorization": "Bearer {token}"}),
        untested=NO_ADDRESS,
    ),
    Kind(
        name="api_key",
        title="API key",
        description="A key in a header or in the query.",
        docs="https://spec.openapis.org/oas/v3.1.0#security-scheme-object",
        values=(
            Value(name="key", title="Key", is_secret=True, is_required=True, pattern=LINE),
            Value(
                name="location",
                title="Sent in",
                options=("header", "query"),
                default="header",
            ),
            Value(
                name="name",
                title="Name",
                help="Of the header or of the parameter in the query.",
                pattern=NAME,
                default="X-API-Key",
            ),
            Value(
                name="prefix",
                title="Prefix",
                help="Written before the key with a space between, such as Token.",
                pattern=LINE,
            ),
            TEST_URL,
        ),
        probe="api_key",
        untested=NO_ADDRESS,
    ),
    Kind(
        name="header",
        title="Header",
        description="One header with a secret value.",
        docs="https://www.rfc-editor.org/rfc/rfc9110#name-fields",
        values=(
            Value(name="name", title="Name", is_required=True, pattern=NAME),
            Value(name="value", title="Value", is_secret=True, is_required=True, pattern=LINE),
            TEST_URL,
        ),
        probe=Call(base_from="test_url", headers={"{name}": "{value}"}),
        untested=NO_ADDRESS,
    ),
    Kind(
        name="oauth2_client_credentials",
        title="OAuth 2.0 client credentials",
        description="A token is fetched with the client's id and secret, and sent as a bearer token until it expires.",
        docs="https://www.rfc-editor.org/rfc/rfc6749#section-4.4",
        values=(
            Value(
                name="token_url",
                title="Token URL",
                is_required=True,
                pattern=URL,
                format="url",
                is_place=True,
            ),
            Value(name="client_id", title="Client id", is_required=True),
            Value(name="client_secret", title="Client secret", is_secret=True, is_required=True),
            Value(name="scope", title="Scope", help="Several are separated by spaces."),
            Value(
                name="auth_style",
                title="How the client proves itself",
                help="In the header as HTTP Basic, or in the body of the request for a token.",
                options=("header", "body"),
                default="header",
            ),
        ),
        probe="client_credentials",
    ),
    Kind(
        name="secret",
        title="Secret",
        description="A single secret for any other use.",
        values=(Value(name="value", title="Value", is_secret=True, is_required=True),),
        untested="It is a text alone: only who uses it knows whether it is right.",
    ),
    Kind(
        name="custom",
        title="Custom",
        description="Values by names of your own, every one of them secret.",
        values=(),
        is_free=True,
        untested="Its values mean what you say: only who uses them knows whether they are right.",
    ),
    Kind(
        name="ssh_key",
        title="SSH key",
        description="A private key, and whose it is.",
        docs="https://www.rfc-editor.org/rfc/rfc4252#section-7",
        values=(
            Value(name="username", title="User name", pattern=LINE),
            Value(
                name="private_key",
                title="Private key",
                help="In PEM or in the form of OpenSSH, with its first and last line.",
                is_secret=True,
                is_required=True,
                format="pem",
            ),
            Value(name="passphrase", title="Passphrase", is_secret=True),
        ),
        main="private_key",
        probe="ssh_key",
    ),
)
