"""One file reads the process environment."""

import ast

from tests.house.tree import Source, dotted, idle, refuse, sources

READER = "gorax/settings/environment.py"
MAY_READ = {
    "gorax/stack/": "the stack starts programs and hands them their environment",
}
# Django's and Celery's doors name the settings module, and do nothing else with the environment.
DOORS = {"manage.py", "gorax/wsgi.py", "gorax/asgi.py", "gorax/celery.py", "gorax/settings/test.py"}
READS = {"os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv"}


def reads(source: Source) -> list[str]:
    """Every place where this file touches the environment, but for a door's setdefault."""
    defaults = {
        id(call.func.value)
        for call in source.nodes(ast.Call)
        if isinstance(call.func, ast.Attribute) and dotted(call.func) == "os.environ.setdefault"
        if source.path in DOORS
    }
    attributes = [
        source.at(node, f"reads {dotted(node)}")
        for node in source.nodes(ast.Attribute)
        if dotted(node) in READS and id(node) not in defaults
    ]
    return attributes + [
        f"{source.path}:{line}: imports {name}" for name, line in source.imports if name in READS
    ]


def test_only_one_file_reads_the_environment() -> None:
    refuse(
        (
            trespass
            for source in sources("apps/", "gorax/", "manage.py")
            if not source.is_test
            and source.path != READER
            and not source.path.startswith(tuple(MAY_READ))
            for trespass in reads(source)
        ),
        f"{READER} reads the environment; everything else takes a setting or an argument:",
    )


def test_no_one_is_allowed_to_read_the_environment_without_need() -> None:
    used = [
        folder
        for source in sources("gorax/")
        if reads(source)
        for folder in MAY_READ
        if source.path.startswith(folder)
    ]

    refuse(idle(MAY_READ, used), "Allowances without need:")
