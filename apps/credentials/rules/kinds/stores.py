"""What opens databases, queues and stores of files."""

from apps.credentials.rules.kinds.kind import HOST, PART, PORT, URL, Kind, Value
from apps.credentials.rules.kinds.vendors import ACCESS_KEY, AWS_HOSTS, REGION

SERVER = Value(
    name="host", title="Host", is_required=True, pattern=HOST, format="host", is_place=True
)
USER = Value(name="username", title="User name", is_required=True)
PASSWORD = Value(name="password", title="Password", is_secret=True, is_required=True)
ON_OR_OFF = ("true", "false")
NOT_SPOKEN = "gorax does not speak the protocol of this server, so nothing could be asked."


def _port(usual: str) -> Value:
    return Value(name="port", title="Port", pattern=PORT, format="port", default=usual)


STORES = (
    Kind(
        name="database_postgresql",
        title="PostgreSQL",
        description="A database of PostgreSQL, or of a server that speaks like it.",
        docs="https://www.postgresql.org/docs/current/libpq-ssl.html",
        values=(
            SERVER,
            _port("5432"),
            Value(name="database", title="Database", is_required=True),
            USER,
            PASSWORD,
            Value(
                name="ssl_mode",
                title="Encryption",
                help="verify-full proves whose server it is; disable sends the password as it comes.",
                options=("verify-full", "require", "prefer", "disable"),
                default="verify-full",
            ),
        ),
        probe="postgresql",
    ),
    Kind(
        name="database_mysql",
        title="MySQL",
        description="A database of MySQL or MariaDB.",
        docs="https://dev.mysql.com/doc/refman/8.4/en/connecting.html",
        values=(
            SERVER,
            _port("3306"),
            Value(name="database", title="Database", is_required=True),
            USER,
            PASSWORD,
        ),
        untested=NOT_SPOKEN,
    ),
    Kind(
        name="database_sqlite",
        title="SQLite",
        description="A database that is a file on a machine of yours, for what runs there.",
        docs="https://www.sqlite.org/uri.html",
        values=(
            Value(name="path", title="Path", is_required=True),
            Value(name="password", title="Password", is_secret=True),
        ),
        untested="The file lies on a machine of yours, and gorax opens no files of its own machine for tenants.",
    ),
    Kind(
        name="database_mongodb",
        title="MongoDB",
        description="A database of MongoDB.",
        docs="https://www.mongodb.com/docs/manual/reference/connection-string/",
        values=(
            Value(
                name="connection_string",
                title="Connection string",
                help="It may hold the password, so it is secret.",
                is_secret=True,
                is_required=True,
                pattern=r"mongodb(\+srv)?://\S+",
            ),
            Value(name="database", title="Database"),
            Value(name="username", title="User name"),
            Value(name="password", title="Password", is_secret=True),
        ),
        main="connection_string",
        untested=NOT_SPOKEN,
    ),
    Kind(
        name="queue_aws_sqs",
        title="Amazon SQS",
        description="An access key for queues.",
        docs="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html",
        values=(
            *ACCESS_KEY,
            Value(name="region", title="Region", is_required=True, pattern=REGION),
            Value(name="queue_url", title="Queue URL", pattern=URL, format="url", is_place=True),
        ),
        hosts=AWS_HOSTS,
        probe="aws",
    ),
    Kind(
        name="queue_kafka",
        title="Kafka",
        description="Brokers of Kafka, or of a server that speaks like them.",
        docs="https://kafka.apache.org/documentation/#security",
        values=(
            Value(
                name="brokers",
                title="Brokers",
                help="Host and port each, with commas between.",
                is_required=True,
                pattern=r"[A-Za-z0-9._:-]+(\s*,\s*[A-Za-z0-9._:-]+)*",
            ),
            Value(name="username", title="User name"),
            Value(name="password", title="Password", is_secret=True),
            Value(
                name="sasl_mechanism",
                title="SASL mechanism",
                options=("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
            ),
            Value(name="tls_enabled", title="Encrypted (TLS)", options=ON_OR_OFF, default="true"),
        ),
        untested=NOT_SPOKEN,
    ),
    Kind(
        name="queue_rabbitmq",
        title="RabbitMQ",
        description="A server of RabbitMQ.",
        docs="https://www.rabbitmq.com/docs/uri-spec",
        values=(
            SERVER,
            USER,
            PASSWORD,
            _port("5671"),
            Value(name="vhost", title="Virtual host", default="/"),
            Value(name="tls_enabled", title="Encrypted (TLS)", options=ON_OR_OFF, default="true"),
        ),
        untested=NOT_SPOKEN,
    ),
    Kind(
        name="storage_aws_s3",
        title="Amazon S3 and compatible",
        description="An access key for files in buckets.",
        docs="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html",
        values=(
            *ACCESS_KEY,
            Value(name="region", title="Region", is_required=True, pattern=REGION),
            Value(name="bucket", title="Bucket", pattern=PART),
            Value(
                name="endpoint",
                title="Endpoint",
                help="Of a server of your own that speaks like S3.",
                pattern=URL,
                format="url",
                is_place=True,
            ),
        ),
        hosts=AWS_HOSTS,
        probe="s3",
    ),
    Kind(
        name="storage_gcs",
        title="Google Cloud Storage",
        description="A service account's key for files in buckets.",
        docs="https://cloud.google.com/iam/docs/keys-create-delete",
        values=(
            Value(
                name="service_account_json",
                title="Key of the service account",
                help="The whole JSON file.",
                is_secret=True,
                is_required=True,
                format="json",
            ),
            Value(name="bucket", title="Bucket", pattern=PART),
            Value(name="project_id", title="Project", pattern=PART),
        ),
        main="service_account_json",
        hosts=("storage.googleapis.com", "*.storage.googleapis.com", "oauth2.googleapis.com"),
        probe="service_account",
    ),
    Kind(
        name="storage_azure_blob",
        title="Azure Blob Storage",
        description="An account for files in containers: its key, a connection string, or a shared access signature.",
        docs="https://learn.microsoft.com/rest/api/storageservices/authorize-requests-to-azure-storage",
        values=(
            Value(
                name="account_name", title="Account", is_required=True, pattern=r"[a-z0-9]{3,24}"
            ),
            Value(name="account_key", title="Account key", is_secret=True),
            Value(name="connection_string", title="Connection string", is_secret=True),
            Value(
                name="sas_token",
                title="Shared access signature",
                is_secret=True,
                pattern=r"[!-~]+",
            ),
            Value(name="container", title="Container", pattern=r"[a-z0-9-]+"),
        ),
        hosts=("*.blob.core.windows.net",),
        untested="Its requests have a signature of their own, which gorax does not make.",
    ),
)
