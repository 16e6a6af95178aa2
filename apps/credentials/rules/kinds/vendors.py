"""What proves who uses a service of a certain vendor."""

from apps.credentials.rules.kinds.kind import HOST, PORT, URL, Call, Kind, Value

ACCESS_KEY = (
    Value(name="access_key_id", title="Access key id", is_required=True, pattern="[A-Za-z0-9_]+"),
    Value(
        name="secret_access_key",
        title="Secret access key",
        is_secret=True,
        is_required=True,
    ),
    Value(name="session_token", title="Session token", is_secret=True),
)
REGION = r"[a-z0-9-]+"
AWS_HOSTS = ("*.amazonaws.com", "*.amazonaws.com.cn")

VENDORS = (
    Kind(
        name="smtp",
        title="SMTP",
        description="A server that sends e-mail.",
        docs="https://www.rfc-editor.org/rfc/rfc6409",
        values=(
            Value(
                name="host",
                title="Host",
                is_required=True,
                pattern=HOST,
                format="host",
                is_place=True,
            ),
            Value(name="port", title="Port", pattern=PORT, format="port", default="587"),
            Value(name="username", title="User name"),
            Value(name="password", title="Password", is_secret=True),
            Value(
                name="security",
                title="Security",
                options=("starttls", "tls", "none"),
                default="starttls",
            ),
            Value(name="from", title="From", help="The sender, unless a node names another one."),
        ),
        probe="smtp",
    ),
    Kind(
        name="slack",
        title="Slack",
        description="A bot's token.",
        docs="https://docs.slack.dev/authentication/tokens",
        values=(Value(name="token", title="Token", is_secret=True, is_required=True),),
        hosts=("slack.com", "*.slack.com"),
        probe=Call(
            base="https://slack.com/api",
            path="/auth.test",
            method="POST",
            headers={"Authorization": "Bearer {token}"},
            success="ok",
        ),
    ),
    Kind(
        name="github",
        title="GitHub",
        description="A personal or fine-grained access token.",
        docs="https://docs.github.com/rest/authentication/authenticating-to-the-rest-api",
        values=(
            Value(name="token", title="Token", is_secret=True, is_required=True),
            Value(
                name="base_url",
                title="Base URL",
                help="Of a server of your own, such as https://github.example.com/api/v3.",
                pattern=URL,
                format="url",
                is_place=True,
            ),
        ),
        hosts=("api.github.com", "uploads.github.com"),
        probe=Call(
            base="https://api.github.com",
            base_from="base_url",
            path="/user",
            headers={"Authorization": "Bearer {token}"},
        ),
    ),
    Kind(
        name="openai",
        title="OpenAI and compatible",
        description="A key for the API of OpenAI, or of a server that speaks like it.",
        docs="https://platform.openai.com/docs/api-reference/authentication",
        values=(
            Value(name="api_key", title="API key", is_secret=True, is_required=True),
            Value(name="base_url", title="Base URL", pattern=URL, format="url", is_place=True),
            Value(name="organization", title="Organization"),
        ),
        hosts=("api.openai.com",),
        # A key that may do a few things only is told so by 403, one that is none by 401.
        probe=Call(
            base="https://api.openai.com/v1",
            base_from="base_url",
            path="/models",
            headers={
                "Authorization": "Bearer {api_key}",
                "OpenAI-Organization": "{organization}",
            },
            accepts=frozenset({403}),
        ),
    ),
    Kind(
        name="anthropic",
        title="Anthropic",
        description="A key for the API of Anthropic.",
        docs="https://docs.claude.com/en/api/overview",
        values=(
            Value(name="api_key", title="API key", is_secret=True, is_required=True),
            Value(name="base_url", title="Base URL", pattern=URL, format="url", is_place=True),
        ),
        hosts=("api.anthropic.com",),
        probe=Call(
            base="https://api.anthropic.com",
            base_from="base_url",
            path="/v1/models",
            headers={"x-api-key": "{api_key}", "anthropic-version": "2023-06-01"},
        ),
    ),
    Kind(
        name="aws",
        title="AWS",
        description="An access key of AWS, or of a service that speaks like it; also a store of secrets (Secrets Manager).",
        docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
        values=(
            Value(name="access_key_id", title="Access key id", is_required=True),
            *ACCESS_KEY[1:],
            Value(name="region", title="Region", pattern=REGION),
            Value(
                name="endpoint_url",
                title="Endpoint URL",
                pattern=URL,
                format="url",
                is_place=True,
            ),
        ),
        hosts=AWS_HOSTS,
        probe="aws",
    ),
    Kind(
        name="vault",
        title="HashiCorp Vault",
        description="A store of secrets: the key-value engine, version 2.",
        docs="https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2",
        values=(
            Value(
                name="address",
                title="Address",
                help="Such as https://vault.example.com:8200.",
                is_required=True,
                pattern=URL,
                format="url",
                is_place=True,
            ),
            Value(name="token", title="Token", is_secret=True, is_required=True, pattern=r"[!-~]*"),
            Value(name="namespace", title="Namespace", pattern=r"[A-Za-z0-9_/.-]+"),
            Value(
                name="mount",
                title="Mount",
                help="Where the engine is mounted.",
                pattern=r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*",
                default="secret",
            ),
        ),
        probe=Call(
            base_from="address",
            path="/v1/auth/token/lookup-self",
            headers={"X-Vault-Token": "{token}", "X-Vault-Namespace": "{namespace}"},
        ),
    ),
)
