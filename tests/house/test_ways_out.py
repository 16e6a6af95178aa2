"""Every file that can open a connection is known, and says whose addresses it is given and what proves that refused ones are."""

from tests.house.tree import ROOT, Source, idle, refuse, sources

# With these a program reaches something outside of itself.
LIBRARIES = {
    *("socket", "ssl", "http.client", "urllib.request", "smtplib", "ftplib", "imaplib", "poplib", "socketserver"),
    *("httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3", "aiohttp", "websockets", "dns", "ldap3"),
    *("boto3", "botocore", "openai", "anthropic", "redis", "psycopg", "kombu", "pika", "sentry_sdk", "hvac", "grpc"),
    *("django.core.mail", "xmlrpc.client", "paramiko", "multiprocessing.connection", "telnetlib"),
}  # fmt: skip
# Of these nothing is connected.
HARMLESS = {
    *("socket.inet_aton", "socket.gethostname", "psycopg.sql", "psycopg.types.json", "psycopg.errors"),
    *("botocore.auth", "botocore.awsrequest", "botocore.config", "botocore.credentials"),
    *("botocore.exceptions", "django.core.mail.EmailMessage"),
}  # fmt: skip
# Our own ways out, for those who use them.
OURS = {
    *("apps.adapters.http", "apps.adapters.mail", "apps.adapters.transport", "apps.adapters.names"),
    *("apps.adapters.wire", "apps.adapters.nested", "apps.adapters.txt", "apps.adapters.letters"),
    *("apps.adapters.llm.line", "apps.adapters.llm.models", "apps.adapters.llm.client"),
    *("apps.adapters.keys.kms", "apps.adapters.keys.transit", "apps.adapters.blobs.s3"),
    *("apps.adapters.postgresql", "apps.adapters.syslog"),
}  # fmt: skip
# Somebody names the address who is not trusted: the file that offers it every refused form.
CALLERS = "tests/adapters/test_callers.py"
PROVIDERS = "tests/sso/test_refused_places.py"
ACCOUNTS = "tests/credentials/test_refused_places.py"
TRIALS = "tests/credentials/test_refused_trials.py"
STREAMS = "tests/streams/test_refused_places.py"
OF_TENANTS = {
    "apps/adapters/http.py": CALLERS,
    "apps/adapters/idle.py": CALLERS,
    "apps/adapters/llm/anthropic.py": CALLERS,
    "apps/adapters/llm/bedrock.py": CALLERS,
    "apps/adapters/llm/client.py": CALLERS,
    "apps/adapters/llm/line.py": CALLERS,
    "apps/adapters/llm/models.py": CALLERS,
    "apps/adapters/llm/openai.py": CALLERS,
    "apps/adapters/mail.py": CALLERS,
    "apps/adapters/names.py": CALLERS,
    "apps/adapters/nested.py": CALLERS,
    "apps/adapters/postgresql.py": TRIALS,
    "apps/adapters/proxies.py": CALLERS,
    "apps/adapters/syslog.py": STREAMS,
    "apps/adapters/transport.py": CALLERS,
    "apps/adapters/wire.py": CALLERS,
    "apps/credentials/services/probes/protocols.py": TRIALS,
    "apps/credentials/services/probes/way.py": TRIALS,
    "apps/credentials/services/token_calls.py": ACCOUNTS,
    "apps/executions/services/ports.py": "tests/tenancy/test_egress.py",
    "apps/sso/services/provider.py": PROVIDERS,
    "apps/streams/services/delivering.py": STREAMS,
}
# The operator alone names the address, or it lies on this machine.
OF_OPERATORS = {
    "apps/accounts/api/views/dev_mail.py": "reads a folder",
    "apps/accounts/services/letters.py": "the platform's mail server",
    "apps/adapters/blobs/opened.py": "the store of files",
    "apps/adapters/blobs/s3.py": "the store of files",
    "apps/adapters/code/child.py": "a pair of sockets between a worker and its children",
    "apps/adapters/code/escapes.py": "tries to get out of the jail, to prove that it cannot",
    "apps/adapters/code/keeper.py": "as child.py",
    "apps/adapters/code/keeping.py": "as child.py",
    "apps/adapters/code/probe.py": "as escapes.py",
    "apps/adapters/code/sandbox.py": "as child.py",
    "apps/adapters/code/words.py": "as child.py",
    "apps/adapters/keys/kms.py": "the installation's keys",
    "apps/adapters/keys/transit.py": "the installation's keys",
    "apps/adapters/letters.py": "the platform's mail server",
    "apps/adapters/txt.py": "the name server; a tenant says which name is looked up, and never where",
    "apps/audit/services/archiving.py": "the store of files",
    "apps/core/db.py": "the database",
    "apps/core/rate_limit.py": "Redis",
    "apps/core/redis_client.py": "Redis",
    "apps/executions/queries/large.py": "the store of files",
    "apps/executions/services/dispatcher.py": "asks for this machine's name",
    "apps/executions/services/news.py": "Redis",
    "apps/executions/services/worker.py": "asks for this machine's name",
    "apps/keys/services/ring.py": "the installation's keys",
    "apps/sso/services/domains.py": "as txt.py",
    "apps/tenants/services/domains.py": "as txt.py",
    "apps/tenants/services/template.py": "the database, for pg_dump",
    "gorax/health.py": "Redis",
    "gorax/stack/processes.py": "free ports of this machine",
    "gorax/stack/receiver.py": "listens on this machine",
    "gorax/stack/servers.py": "the servers of this checkout",
    "gorax/stack/up.py": "the product of this checkout",
    "gorax/startup.py": "the database",
    "gorax/telemetry.py": "the operator's service of error reports",
}


def opens(source: Source) -> list[tuple[str, int]]:
    """The imports of a file by which it can open a connection."""
    return [
        (name, line)
        for name, line in source.imports
        if any(name == each or name.startswith(f"{each}.") for each in LIBRARIES | OURS)
        if not any(name == each or name.startswith(f"{each}.") for each in HARMLESS)
    ]


def product() -> list[Source]:
    return [each for each in sources("apps/", "gorax/") if not each.is_test]


def test_every_way_out_is_known() -> None:
    refuse(
        (
            f"{source.path}:{line}: {name} opens connections"
            for source in product()
            if source.path not in OF_TENANTS | OF_OPERATORS
            for name, line in opens(source)
        ),
        "Say in tests/house/test_ways_out.py who names the address; a tenant's is offered every refused form by a test:",
    )


def test_no_way_out_is_listed_without_need() -> None:
    used = {source.path for source in product() if opens(source)}

    refuse(
        [*idle(OF_TENANTS | OF_OPERATORS, used), *sorted(OF_TENANTS.keys() & OF_OPERATORS)],
        "These are listed as ways out, and are none, or are listed twice:",
    )


def test_what_is_said_to_prove_a_way_out_is_there() -> None:
    assert [proof for proof in set(OF_TENANTS.values()) if not (ROOT / proof).is_file()] == []
