"""The operations of Slack speak its protocol to a server that knows it."""

import pytest

from tests.services.conftest import PUBLIC, account, token
from tests.services.slack_server import TOKEN, Slack

ACME = token("slack", TOKEN)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def run(world, slack):
    """Runs an operation against Slack; the last argument is the credential."""
    home = world("slack.com", slack.answer)

    def run(name, config, credential=ACME):
        tried = home.run(f"slack:{name}", config, credential)
        assert set(home.dialled) == {PUBLIC}
        return tried

    run.server = home.server
    return run


def test_a_message_is_written_then_changed_and_gets_a_reaction(run, slack) -> None:
    written = run("send_message", {"channel": "#deployments", "text": "Deploying"}).output
    where = {"channel": written["channel"]}
    changed = run("update_message", {**where, "ts": written["ts"], "text": "Deployed"}).output
    liked = run("add_reaction", {**where, "timestamp": written["ts"], "emoji": "tada"}).output

    assert (written["ok"], written["channel"]) == (True, "C2")
    assert changed == {"ok": True, "channel": "C2", "ts": written["ts"], "text": "Deployed"}
    assert liked == {"ok": True}
    assert slack.messages["C2", written["ts"]]["text"] == "Deployed"
    assert slack.reactions == {("C2", written["ts"], "tada")}


def test_a_connected_account_writes_as_well(run, slack) -> None:
    said = {"channel": "C1", "text": "Hi"}

    assert run("send_message", said, account(TOKEN)).output["ok"] is True
    assert run("send_message", said, account("xoxb-wrong")).answer.code == "service_refused"


def test_everything_that_a_message_can_have_arrives(run, slack) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hi* “Ada” 🎉"}}]
    said = {
        "channel": "C1",
        "text": "Hi",
        "blocks": blocks,
        "thread_ts": "1.2",
        "reply_broadcast": True,
        "unfurl_links": False,
        "unfurl_media": False,
        "icon_emoji": ":robot_face:",
        "username": "Robot",
    }

    ts = run("send_message", said).output["ts"]

    assert slack.messages["C1", ts] == {"type": "message", "ts": ts, **said}


def test_a_reaction_that_is_there_already_is_a_success(run, slack) -> None:
    slack.messages["C1", "1.1"] = {}
    config = {"channel": "C1", "timestamp": "1.1", "emoji": "eyes"}

    assert [run("add_reaction", config).output for _ in range(2)] == [{"ok": True}] * 2
    assert len(slack.reactions) == 1


@pytest.mark.parametrize("user", ["ada@example.com", "U012AB3CD"])
def test_a_person_is_written_to_by_address_or_by_id(run, slack, user) -> None:
    written = run("send_dm", {"user": user, "text": "Psst"}).output

    assert written["channel"] == "D1"
    assert slack.messages["D1", written["ts"]]["text"] == "Psst"
    asked = [seen.target.partition("?")[0] for seen in run.server.seen]
    assert asked == (["/api/users.lookupByEmail"] if "@" in user else []) + [
        "/api/conversations.open",
        "/api/chat.postMessage",
    ]


def test_channels_are_read_page_by_page(run, slack) -> None:
    slack.channels |= {f"C{number}": f"c{number}" for number in range(3, 460)}

    listed = run("list_channels", {"limit": 450}).output

    assert (listed["count"], listed["has_more"]) == (450, True)
    assert [item["id"] for item in listed["items"]] == sorted(slack.channels)[:450]
    assert len(run.server.seen) == 3


@pytest.mark.parametrize(
    ("name", "config", "code"),
    [
        ("send_message", {"channel": "#nowhere", "text": "Hi"}, "channel_not_found"),
        ("send_dm", {"user": "bob@example.com", "text": "Hi"}, "users_not_found"),
        ("send_dm", {"user": "U999", "text": "Hi"}, "user_not_found"),
        ("update_message", {"channel": "C1", "ts": "1.1", "text": "Hi"}, "message_not_found"),
        ("add_reaction", {"channel": "C1", "timestamp": "9", "emoji": "eyes"}, "message_not_found"),
    ],
)
def test_a_refusal_under_status_200_fails_the_step(run, slack, name, config, code) -> None:
    failure = run(name, config).answer

    assert (failure.code, failure.is_retryable) == ("service_refused", False)
    assert failure.message == f"Slack refused: {code}."
    assert failure.details == {
        "service": "slack",
        "code": code,
        "body": {"ok": False, "error": code},
    }
    assert (slack.messages, slack.reactions) == ({}, set())


def test_a_rate_limit_says_when_to_come_back(run, slack) -> None:
    slack.limited_for_s = 30

    failure = run("send_message", {"channel": "C1", "text": "Hi"}).answer

    assert (failure.code, failure.status) == ("rate_limited", 429)
    assert (failure.is_retryable, failure.retry_after_s) == (True, 30)


def test_a_wrong_token_is_refused_and_not_shown(run) -> None:
    wrong = token("slack", "xoxb-wrong-and-secret")

    tried = run("send_message", {"channel": "C1", "text": "Hi"}, wrong)

    assert tried.answer.details["code"] == "invalid_auth"
    assert "xoxb" not in repr(tried)
    assert run.server.seen[0].headers["authorization"] == "Bearer xoxb-wrong-and-secret"
