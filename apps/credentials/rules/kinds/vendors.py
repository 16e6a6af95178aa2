"""What proves who uses a service of a certain vendor."""

from apps.credentials.rules.kinds.kind import URL, Kind, Value

HOST = r"[A-Za-z0-9._:-]+"

VENDORS = (
    Kind(
        name="smtp",
        title="SMTP",
        description="A server that sends e-mail.",
        values=(
            Value(name="host", title="Host", is_required=True, pattern=HOST, is_place=True),
            Value(name="port", title="Port", pattern="[1-9][0-9]{0,4}", default="587"),
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
    ),
    Kind(
        name="slack",
        title="Slack",
        description="A bot's token.",
        values=(Value(name="token", title="Token", is_secret=True, is_required=True),),
    ),
    Kind(
        name="github",
        title="GitHub",
        description="A personal or fine-grained access token.",
        values=(
            Value(name="token", title="Token", is_secret=True, is_required=True),
            Value(
                name="base_url",
                title="Base URL",
                help="Of a server of your own, such as https://github.example.com/api/v3.",
                pattern=URL,
                is_place=True,
            ),
        ),
    ),
    Kind(
        name="openai",
        title="OpenAI and compatible",
        description="A key for the API of OpenAI, or of a server that speaks like it.",
        values=(
            Value(name="api_key", title="API key", is_secret=True, is_required=True),
            Value(name="base_url", title="Base URL", pattern=URL, is_place=True),
            Value(name="organization", title="Organization"),
        ),
    ),
    Kind(
        name="anthropic",
        title="Anthropic",
        description="A key for the API of Anthropic.",
        values=(
            Value(name="api_key", title="API key", is_secret=True, is_required=True),
            Value(name="base_url", title="Base URL", pattern=URL, is_place=True),
        ),
    ),
    Kind(
        name="aws",
        title="AWS",
        description="An access key of AWS, or of a service that speaks like it.",
        values=(
            Value(name="access_key_id", title="Access key id", is_required=True),
            Value(
                name="secret_access_key",
                title="Secret access key",
                is_secret=True,
                is_required=True,
            ),
            Value(name="session_token", title="Session token", is_secret=True),
            Value(name="region", title="Region", pattern="[a-z0-9-]+"),
            Value(name="endpoint_url", title="Endpoint URL", pattern=URL, is_place=True),
        ),
    ),
)
