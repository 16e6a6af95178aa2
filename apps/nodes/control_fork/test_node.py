"""Several ways begin at once."""

from __future__ import annotations

import pytest

from apps.engine.testing import examples_beside, play, promised
from apps.nodes.control_fork.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)
