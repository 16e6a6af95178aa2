"""What a call took is added up, and what is not known stays unknown."""

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.failure import failure_of
from apps.engine.llm import ChatRequest, EmbedRequest, Message, NoModels, Usage

CREDENTIAL = Credential("mine", "openai", {})


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Usage(1, 2, 0.5), Usage(10, 20, 0.25), Usage(11, 22, 0.75)),
        (Usage(1, None, 0.5), Usage(10, 20, None), Usage(11, None, None)),
        (Usage(), Usage(1, 2, 3), Usage()),
    ],
)
def test_usage_is_added_up(one, other, both) -> None:
    assert one + other == both


@pytest.mark.parametrize(
    ("usage", "total", "cost"),
    [
        (Usage(1, 2, 0.1 + 0.2), 3, 0.3),
        (Usage(1, None, None), None, None),
        (Usage(1, 0, 0.0), 1, 0.0),
    ],
)
def test_usage_is_shown_with_its_total(usage, total, cost) -> None:
    assert usage.shown() == {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": total,
        "cost_usd": cost,
    }


def test_where_there_are_no_models_nobody_answers() -> None:
    chat = ChatRequest(credential=CREDENTIAL, model="m", messages=(Message("user", "Hi"),))
    embed = EmbedRequest(credential=CREDENTIAL, model="m", texts=("a",))

    for ask in (lambda: NoModels().complete(chat), lambda: NoModels().embed(embed)):
        with pytest.raises(PortError) as failed:
            ask()
        assert failed.value.code == "model_unreachable"


def test_a_port_may_know_the_status_and_when_to_come_back() -> None:
    error = PortError("busy", "Later.", is_retryable=True, status=429, retry_after_s=7.0)

    failure = failure_of(error)

    assert (failure.status, failure.retry_after_s) == (429, 7.0)
