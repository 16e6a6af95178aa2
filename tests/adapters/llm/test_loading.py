"""An SDK costs seconds and tens of megabytes, so it is loaded when a step asks for it, and missed with a hint."""

import json
import subprocess
import sys

from tests.house.tree import ROOT

SDKS = ("openai", "anthropic", "botocore")


def said(code: str, **environment: str) -> object:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_ports_load_no_sdk_until_one_is_asked_for() -> None:
    code = f"""
import json, sys
from apps.adapters.llm import models
before = [name for name in {SDKS} if name in sys.modules]
loaded = {{}}
for kind in ("aws", "openai", "anthropic"):
    models.provider_of(kind)
    loaded[kind] = [name for name in {SDKS} if name in sys.modules]
print(json.dumps([before, loaded]))
"""

    assert said(code) == [
        [],
        {
            "aws": ["botocore"],
            "openai": ["openai", "botocore"],
            "anthropic": ["openai", "anthropic", "botocore"],
        },
    ]


def test_a_missing_sdk_is_named_with_what_to_do() -> None:
    code = f"""
import json, sys
from apps.adapters.llm import models
from apps.engine.errors import PortError
for name in {SDKS}:
    sys.modules[name] = None
told = []
for kind in models.PROVIDERS:
    try:
        models.provider_of(kind)
    except PortError as failure:
        told.append([failure.code, failure.is_retryable, failure.message])
print(json.dumps(told))
"""

    assert said(code) == [
        [
            "model_sdk_missing",
            False,
            f"The library “{name}” is not installed on this worker: install it there (pip install {name}).",
        ]
        for name in ("openai", "anthropic", "boto3")
    ]
