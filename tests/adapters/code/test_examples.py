"""The examples of the code node, played where scripts really run."""

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.code.sandbox import SandboxedCode
from apps.engine.testing import examples_beside, play, promised
from apps.nodes.action_code import node
from apps.nodes.action_code.node import NODE


@pytest.mark.parametrize("example", examples_beside(node.__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(sandbox, example) -> None:
    code = SandboxedCode(sandbox, owner="t_a", cancellation=Cancellation())

    assert play(NODE, example, code) == promised(example)
