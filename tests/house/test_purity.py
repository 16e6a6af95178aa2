"""The engine and the nodes are plain Python, and decide without clock, chance or world."""

import ast
import json
import os
import subprocess
import sys

from tests.house.tree import ROOT, Source, dotted, idle, refuse, sources

FRAMEWORKS = {
    "django", "celery", "kombu", "rest_framework", "channels", "graphene_django", "django_tenants",
    "httpx", "httpcore2", "httpx2", "requests", "psycopg", "redis", "boto3", "botocore", "gorax",
}  # fmt: skip
# Each costs 0.4 to 2.5 s and tens of megabytes; imported by the adapter that needs it, when it does.
HEAVY = {"openai", "anthropic", "boto3", "botocore"}

# Modules of the standard library that reach the clock, chance or the world.
WORLDLY = {
    "os", "sys", "socket", "ssl", "subprocess", "threading", "multiprocessing", "asyncio", "concurrent",
    "time", "random", "secrets", "pathlib", "tempfile", "shutil", "logging", "http", "urllib.request",
    "smtplib", "ftplib", "sqlite3", "signal", "queue",
}  # fmt: skip
WORLDLY_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.date.today", "uuid.uuid1", "uuid.uuid4", "uuid.uuid7", "uuid4", "open", "print", "input",
}  # fmt: skip
# The in-memory ports of tests and dry runs stand for the world, so they may look at it.
MAY_LOOK_OUTSIDE = {
    "apps/engine/testing.py": "in-memory ports stand for the world",
}


def loaded(code: str, **environment: str) -> set[str]:
    """The top-level modules that a fresh Python holds after running `code`."""
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}\nimport json, sys; print(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))",
        ],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_engine_and_nodes_load_no_framework() -> None:
    names = [
        source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for source in sources("apps/engine/", "apps/nodes/")
        if not source.is_test
    ]

    modules = loaded("\n".join(f"import {name}" for name in names))

    refuse(
        (f"{name} was loaded" for name in modules & FRAMEWORKS),
        "apps.engine and apps.nodes are plain Python:",
    )


def test_an_idle_worker_or_web_process_loads_no_heavy_sdk() -> None:
    modules = loaded(
        "import django; django.setup()\n"
        "from gorax.celery import app; app.loader.import_default_modules()\n"
        "import gorax.urls_tenant, gorax.urls_public",
        DJANGO_SETTINGS_MODULE="gorax.settings.test",
    )

    refuse(
        (f"{name} was loaded" for name in modules & HEAVY),
        "Heavy SDKs are imported when they are used:",
    )


def decides(source: Source) -> bool:
    """Whether this file holds decisions: the engine, and every context's rules."""
    return not source.is_test and (
        source.path.startswith("apps/engine/") or source.layer == "rules"
    )


def test_decisions_see_neither_clock_nor_chance_nor_world() -> None:
    refuse(
        (
            trespass
            for source in sources("apps/")
            if decides(source) and source.path not in MAY_LOOK_OUTSIDE
            for trespass in outward_looks(source)
        ),
        "engine/ and rules.py take time, chance and the world as arguments:",
    )


def outward_looks(source: Source) -> list[str]:
    imports = [
        f"{source.path}:{line}: imports {name}"
        for name, line in source.imports
        if any(name == module or name.startswith(f"{module}.") for module in WORLDLY)
    ]
    calls = [
        source.at(call, f"calls {dotted(call.func)}()")
        for call in source.nodes(ast.Call)
        if dotted(call.func) in WORLDLY_CALLS
    ]
    return imports + calls


def test_nobody_may_look_outside_without_need() -> None:
    used = [source.path for source in sources(*MAY_LOOK_OUTSIDE) if outward_looks(source)]

    refuse(idle(MAY_LOOK_OUTSIDE, used), "Allowances without need:")
