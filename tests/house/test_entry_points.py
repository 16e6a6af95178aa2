"""Entry points parse, call once and shape; services know no HTTP; decisions know no Django."""

import ast

from tests.house.tree import Source, dotted, idle, refuse, sources

ENTRY_POINTS = {"api", "tasks", "consumers", "handlers", "facade"}
# Celery's own machinery for waiting and gathering keeps its state in the broker, where it can be lost.
BROKER_STATE = {"chord", "group", "chain", "chunks", "countdown", "eta"}


# What a request says of its caller may be forged; one file decides what of it is believed.
CALLERS = "apps/core/api/proxies.py"
SAYS_WHO_CALLS = ("REMOTE_ADDR", "HTTP_X_FORWARDED", "X-FORWARDED", "HTTP_FORWARDED")

# Two services speak to the wire, so that no other has to know it.
MAY_NAME_THE_WIRE = {
    "apps/dispatch/services/doorbell.py": "the one publisher of doorbells",
    "apps/executions/services/news.py": "the one sender of live news",
}


def forbidden_imports(layers: set[str], packages: tuple[str, ...]) -> list[str]:
    return [
        f"{source.path}:{line}: imports {name}"
        for source in sources("apps/")
        if source.layer in layers and not source.is_test and source.path not in MAY_NAME_THE_WIRE
        for name, line in source.imports
        if name.split(".")[0] in packages
        or name.startswith(tuple(f"{package}." for package in packages))
    ]


def test_rules_events_and_errors_know_no_framework() -> None:
    refuse(
        forbidden_imports(
            {"rules", "events", "errors"},
            ("django", "rest_framework", "celery", "channels", "django_tenants", "redis"),
        ),
        "rules, events and errors are plain Python:",
    )


def test_services_and_queries_know_neither_http_nor_celery() -> None:
    refuse(
        forbidden_imports(
            {"services", "queries", "facade"},
            ("rest_framework", "celery", "channels", "django.http", "drf_spectacular"),
        ),
        "What writes and reads knows nothing of who asked:",
    )


def test_entry_points_leave_the_tables_to_services_and_queries() -> None:
    refuse(
        (
            source.at(node, f"{dotted(node)} in {source.layer}")
            for source in sources("apps/")
            if source.layer in ENTRY_POINTS and not source.is_test
            for node in source.nodes(ast.Attribute)
            if node.attr == "objects"
        ),
        "Every read stands in queries, every write in services:",
    )


def test_no_state_is_left_in_the_broker() -> None:
    refuse(
        (
            trespass
            for source in sources("apps/", "gorax/")
            if not source.is_test
            for trespass in broker_state(source)
        ),
        "Delays, retries and gatherings are rows; a broker forgets:",
    )


def broker_state(source: Source) -> list[str]:
    imports = [
        f"{source.path}:{line}: imports {name}"
        for name, line in source.imports
        if name.startswith("celery.") and name.split(".")[-1] in BROKER_STATE
    ]
    calls = [
        source.at(call, f"{keyword.arg}= on {dotted(call.func)}()")
        for call in source.nodes(ast.Call)
        if dotted(call.func).endswith((".apply_async", ".send_task", ".retry"))
        for keyword in call.keywords
        if keyword.arg in BROKER_STATE
    ]
    return imports + calls


def test_one_file_decides_who_called() -> None:
    refuse(
        (
            source.at(text, f"reads {text.value}")
            for source in sources("apps/", "gorax/")
            if not source.is_test and source.path != CALLERS
            for text in source.nodes(ast.Constant)
            if isinstance(text.value, str) and text.value.upper().startswith(SAYS_WHO_CALLS)
        ),
        f"{CALLERS} says who called and by which scheme; ask address_of() and request.scheme:",
    )


def test_no_service_may_name_the_wire_without_need() -> None:
    used = [
        source.path
        for source in sources(*MAY_NAME_THE_WIRE)
        for name, _ in source.imports
        if name.split(".")[0] in {"celery", "channels"}
    ]

    refuse(idle(MAY_NAME_THE_WIRE, used), "Allowances without need:")
