"""What nodes that ask a model share; their own tests show the rest."""

import pytest

from apps.engine import asking
from apps.engine.config import Config
from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.node import Context
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId, StepKey


def context(**credentials: Credential) -> Context:
    return Context(
        NodeId("ask"), StepKey("ask"), Config({}), in_memory_ports(), credentials=credentials
    )


def test_nobody_is_asked_without_a_credential() -> None:
    with pytest.raises(NodeError) as failed:
        asking.access(context())

    assert failed.value.code == "bad_config"


def test_the_credential_is_the_one_that_the_field_names() -> None:
    credential = Credential("mine", "openai", {})

    assert asking.access(context(credential=credential)) is credential


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (1, "1"), (False, "false"), ({"a": [1]}, '{"a":[1]}')],
)
def test_a_model_reads_text_and_anything_else_as_json(value, text) -> None:
    assert asking.text_of(value) == text
