"""A call that is refused for an account's token is made again with another one: once, and only if nothing can have happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.engine.credential import Credential, Unusable
from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.renewing import RenewingHttp
from apps.engine.secret import Secret
from apps.engine.testing import FakeClock, FakeHttp, Given, Tried, revealed, try_node
from apps.nodes import catalogue

OLD, NEW = "at-old-old-old", "at-new-new-new"
HTTP = next(kind for kind in catalogue() if kind.type == "action:http")
GITHUB = next(kind for kind in catalogue() if kind.type == "github:create_issue")


@dataclass
class Provider:
    """What gives another token, and how often it was asked."""

    gives: Any = field(default_factory=lambda: Secret(NEW))
    asked: int = 0

    def renew(self) -> Any:
        self.asked += 1
        return self.gives

    def account(self, name: str = "acct") -> Credential:
        values = {"client_id": "c", "access_token": Secret(OLD)}
        return Credential(name, "oauth2", values, main_name="access_token", renew=self.renew)


def takes_only(token: str) -> Callable[[HttpRequest], HttpReply]:
    def answer(request: HttpRequest) -> HttpReply:
        proof = revealed(request.headers.get("Authorization", ""))
        said = f'{{"seen": "{proof}"}}'.encode()
        return HttpReply(200 if proof == f"Bearer {token}" else 401, {}, said)

    return answer


def proofs(requests: Iterable[HttpRequest]) -> list[object]:
    return [revealed(each.headers["Authorization"]) for each in requests]


def tried(provider: Provider, handler: Any, **config: Any) -> Tried:
    given = Given(credentials={"acct": provider.account()}, handler=handler)
    return try_node(HTTP, {"url": "https://a.example", "credential": "acct", **config}, given)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_refused_call_is_made_again_with_another_token_whatever_it_does(method) -> None:
    provider = Provider()

    made = tried(provider, takes_only(NEW), method=method)

    assert proofs(made.requests) == [f"Bearer {OLD}", f"Bearer {NEW}"]
    assert provider.asked == 1
    assert [each.method for each in made.requests] == [method] * 2
    keys = [each.headers["Idempotency-Key"] for each in made.requests]
    assert keys[0] == keys[1]


def test_what_the_call_brings_back_of_either_token_is_hidden() -> None:
    made = tried(Provider(), takes_only(NEW))

    assert made.output["body"] == '{"seen": "Bearer [REDACTED]"}'


def test_one_that_is_refused_again_fails_as_it_always_did_and_nobody_is_asked_a_second_time() -> (
    None
):
    provider = Provider()

    made = tried(provider, takes_only("neither"))

    assert (made.answer.code, made.answer.status) == ("http_status", 401)
    assert (len(made.requests), provider.asked) == (2, 1)


@pytest.mark.parametrize("reply", [HttpReply(403), HttpReply(400), HttpReply(200)])
def test_no_other_answer_renews_anything(reply) -> None:
    provider = Provider()

    made = tried(provider, lambda request: reply)

    assert (len(made.requests), provider.asked) == (1, 0)


def test_a_call_that_was_redirected_is_not_made_again() -> None:
    provider = Provider()

    made = tried(provider, lambda request: HttpReply(401, redirects=1), method="POST")

    assert (len(made.requests), provider.asked) == (1, 0)


def test_a_call_without_the_token_renews_nothing() -> None:
    provider = Provider()
    given = Given(credentials={"acct": provider.account()}, handler=lambda request: HttpReply(401))
    config = {"url": "https://a.example/{{ credentials.acct.client_id }}"}

    made = try_node(HTTP, config, given)

    assert (len(made.requests), provider.asked) == (1, 0)


def test_if_there_is_no_better_token_the_refusal_stands() -> None:
    made = tried(Provider(gives=None), takes_only(NEW))

    assert (made.answer.code, made.answer.status, len(made.requests)) == ("http_status", 401, 1)


@pytest.mark.parametrize(
    ("code", "is_retryable"), [("credential_reconnect", False), ("credential_unavailable", True)]
)
def test_an_account_that_gives_none_fails_the_step_with_its_code(code, is_retryable) -> None:
    gone = Unusable("Connect it.", code, is_retryable=is_retryable)

    made = tried(Provider(gives=gone), takes_only(NEW))

    assert isinstance(made.answer, Failure)
    assert (made.answer.code, made.answer.is_retryable) == (code, is_retryable)
    assert made.answer.message == ("The other side refuses the token of “acct” (401). Connect it.")


def test_a_token_that_a_template_writes_into_a_header_is_renewed_too() -> None:
    provider = Provider()
    given = Given(credentials={"acct": provider.account()}, handler=takes_only(NEW))
    headers = {"Authorization": "Bearer {{ credentials.acct }}"}

    made = try_node(HTTP, {"url": "https://a.example", "headers": headers}, given)

    assert proofs(made.requests) == [f"Bearer {OLD}", f"Bearer {NEW}"]


def test_nodes_of_services_are_served_alike() -> None:
    provider = Provider()
    given = Given(credentials={"acct": provider.account()}, handler=takes_only(NEW))
    config = {"credential": "acct", "owner": "o", "repo": "r", "title": "t"}

    made = try_node(GITHUB, config, given)

    assert proofs(made.requests) == [f"Bearer {OLD}", f"Bearer {NEW}"]


def asks(http: RenewingHttp) -> HttpReply:
    proof = Secret(f"Bearer {OLD}")
    return http.send(HttpRequest("GET", "https://a.example", {"Authorization": proof}))


def test_later_calls_of_the_step_begin_with_the_new_token() -> None:
    provider, sent = Provider(), FakeHttp(takes_only(NEW))
    renewing = RenewingHttp(sent, FakeClock(), (provider.account(),), [])

    assert [asks(renewing).status for _ in range(3)] == [200] * 3

    assert proofs(sent.requests) == [f"Bearer {OLD}", *[f"Bearer {NEW}"] * 3]
    assert provider.asked == 1


@pytest.mark.parametrize(("takes_s", "left_s"), [(10, 20.0), (30, None)])
def test_all_of_it_takes_as_long_as_the_call_may(takes_s, left_s) -> None:
    clock, http = FakeClock(), FakeHttp(takes_only(NEW))

    def slow() -> Secret:
        clock.seconds += takes_s
        return Secret(NEW)

    values = {"access_token": Secret(OLD)}
    account = Credential("acct", "oauth2", values, main_name="access_token", renew=slow)
    renewing = RenewingHttp(http, clock, (account,), [])

    if left_s is None:
        with pytest.raises(PortError) as late:
            asks(renewing)
        assert (late.value.code, late.value.is_retryable) == ("timeout", True)
    else:
        assert asks(renewing).status == 200
    assert [each.timeout_s for each in http.requests] == [30.0, *([left_s] if left_s else [])]


def test_of_two_accounts_only_the_refused_one_is_renewed() -> None:
    other = Provider()
    values = {"access_token": Secret("at-of-the-other")}
    strange = Credential("b", "oauth2", values, main_name="access_token", renew=other.renew)
    mine, http = Provider(), FakeHttp(takes_only(NEW))
    renewing = RenewingHttp(http, FakeClock(), (strange, mine.account()), [])

    assert asks(renewing).status == 200
    assert (mine.asked, other.asked) == (1, 0)
