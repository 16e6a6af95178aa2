"""One sandbox for all of these tests: the escape set is run once, as in a worker."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.code.sandbox import LANGUAGES, Sandbox
from apps.engine.ports import CodeReply, CodeRequest

Runner = Callable[..., CodeReply]


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """A sandbox of this machine, on which both languages hold."""
    made = Sandbox(2)
    assert [made.why_off(language) for language in LANGUAGES] == ["", ""]
    return made


@pytest.fixture
def run(sandbox: Sandbox) -> Runner:
    """Run a script to its end."""

    def run_script(language: str, source: str, roots: Any = None, **bounds: Any) -> CodeReply:
        request = CodeRequest(language, source, roots or {}, **{"timeout_s": 20.0} | bounds)
        return sandbox.run(request, "t_a", Cancellation())

    return run_script
