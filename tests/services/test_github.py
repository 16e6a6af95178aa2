"""The operations of GitHub speak its protocol to a server that knows it, on github.com and elsewhere."""

import pytest

from apps.engine.testing import DAWN
from tests.services.conftest import PUBLIC, account, token
from tests.services.github_server import TOKEN, GitHub

ACME = token("github", TOKEN)
HERE = {"owner": "octo-org", "repo": "hello-world"}


@pytest.fixture
def github() -> GitHub:
    return GitHub()


@pytest.fixture
def run(world, github):
    """Runs an operation against GitHub; the last argument is the credential."""
    home = world("api.github.com", github.answer)

    def run(name, config, credential=ACME):
        tried = home.run(f"github:{name}", {**HERE, **config}, credential)
        assert set(home.dialled) == {PUBLIC}
        return tried

    run.server = home.server
    return run


def test_a_connected_account_opens_issues_as_well(run, github) -> None:
    assert run("create_issue", {"title": "x"}, account(TOKEN)).output["title"] == "x"
    assert run("create_issue", {"title": "x"}, account("wrong")).answer.code == "service_refused"


def test_an_issue_lives_from_its_opening_to_its_end(run, github) -> None:
    opened = run("create_issue", {"title": "It crashes", "labels": ["bug"]}).output
    number = {"number": str(opened["number"])}
    labelled = run("add_label", {**number, "labels": ["urgent", "bug"]}).output
    gone = run("remove_label", {**number, "label": "urgent"}).output
    commented = run("create_issue_comment", {**number, "body": "Mended."}).output
    closed = run("update_issue", {**number, "state": "closed"}).output
    read = run("get_issue", number).output

    assert (opened["title"], opened["state"], opened["author"]) == ("It crashes", "open", "ada")
    assert [label["name"] for label in labelled["items"]] == ["bug", "urgent"]
    assert gone == {"is_removed": True}
    assert (commented["id"], github.comments) == (1, [(1, "Mended.")])
    assert read == closed
    assert (read["state"], read["labels"]) == ("closed", [{"name": "bug", "color": "ededed"}])


def test_a_label_that_is_gone_is_removed_with_success(run) -> None:
    run("create_issue", {"title": "It crashes"})
    config = {"number": "1", "label": "good first issue/help"}

    assert run("remove_label", config).output == {"is_removed": True}
    assert run.server.seen[-1].target.endswith("/labels/good%20first%20issue%2Fhelp")


def test_a_pull_request_is_opened_commented_and_merged_once(run, github) -> None:
    opened = run("create_pull_request", {"title": "Mend", "head": "mend", "base": "main"}).output
    number = {"number": str(opened["number"])}
    run("create_pr_comment", {**number, "body": "Thanks."})
    moved = run("merge_pull_request", {**number, "sha": "0000"}).answer
    merged = run(
        "merge_pull_request", {**number, "merge_method": "squash", "sha": "6dcb09b5"}
    ).output
    again = run("merge_pull_request", number).answer

    assert (opened["head"], opened["base"], opened["mergeable"]) == ("mend", "main", True)
    assert github.comments == [(1, "Thanks.")]
    assert (moved.status, moved.is_retryable) == (409, False)
    assert merged["merged"] is True
    assert github.pulls[1]["how"] == "squash"
    assert (again.status, again.message) == (405, "GitHub refused: Pull Request is not mergeable.")
    assert run("get_pull_request", number).output["merged"] is True


@pytest.mark.parametrize(("limit", "pages"), [(30, 1), (100, 1), (250, 3), (1000, 3)])
def test_a_long_list_is_read_page_by_page(run, github, limit, pages) -> None:
    for number in range(1, 252):
        github.issues[number] = {"number": number, "title": f"No. {number}", "state": "open"}

    listed = run("list_issues", {"limit": limit}).output

    assert [item["number"] for item in listed["items"]] == list(range(1, min(limit, 251) + 1))
    assert (listed["count"], listed["has_more"]) == (min(limit, 251), limit < 251)
    assert len(run.server.seen) == pages


def test_pull_requests_are_listed_by_their_state(run, github) -> None:
    for number, state in enumerate(("open", "closed", "open"), 1):
        github.pulls[number] = {"number": number, "state": state, "head": {"ref": f"b{number}"}}

    listed = run("list_pull_requests", {"state": "closed"}).output

    assert [(item["number"], item["head"]) for item in listed["items"]] == [(2, "b2")]


def test_a_renamed_repository_is_followed_by_reading_and_told_by_writing(run, github) -> None:
    github.issues[1] = {"number": 1, "title": "Here", "state": "open"}
    old = {"repo": "old-name"}

    assert run("get_issue", {**old, "number": "1"}).output["title"] == "Here"
    refused = run("create_issue", {**old, "title": "There"}).answer

    assert (refused.status, refused.message) == (301, "GitHub refused: Moved Permanently.")
    assert list(github.issues) == [1]


@pytest.mark.parametrize(
    ("limit", "wait_s"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(DAWN.timestamp()) + 90)}, 90),
        ({"Retry-After": "60", "X-RateLimit-Remaining": "12"}, 60),
    ],
)
def test_both_of_its_rate_limits_say_when_to_come_back(run, github, limit, wait_s) -> None:
    github.limit = limit

    failure = run("create_issue", {"title": "It crashes"}).answer

    assert (failure.code, failure.status, failure.is_retryable) == ("rate_limited", 403, True)
    assert failure.retry_after_s == wait_s
    assert github.issues == {}


@pytest.mark.parametrize(
    ("name", "config", "status", "message"),
    [
        ("get_issue", {"number": "9"}, 404, "Not Found"),
        ("get_issue", {"number": "1", "owner": "nobody"}, 404, "Not Found"),
        ("create_issue_comment", {"number": "9", "body": "Hi"}, 404, "Not Found"),
        ("create_issue", {"title": " "}, 422, "Validation Failed"),
    ],
)
def test_a_refusal_says_what_github_says(run, name, config, status, message) -> None:
    tried = run(name, config)

    assert (tried.answer.code, tried.answer.status) == ("service_refused", status)
    assert tried.answer.message == f"GitHub refused: {message}."
    assert tried.answer.is_retryable is False


def test_a_wrong_token_is_refused_and_not_shown(run) -> None:
    tried = run("get_issue", {"number": "1"}, token("github", "github_pat_wrong"))

    assert tried.answer.message == "GitHub refused: Bad credentials."
    assert "github_pat" not in repr(tried)


def test_a_server_of_ones_own_is_reached_by_its_credential_alone(world) -> None:
    github = GitHub(host="https://github.acme.test", prefix="/api/v3")
    home = world("github.acme.test", github.answer)
    own = token("github", TOKEN, base_url="https://github.acme.test/api/v3/")

    github.issues |= {n: {"number": n, "title": "Ours", "state": "open"} for n in range(1, 121)}
    listed = home.run("github:list_issues", {**HERE, "limit": 120}, own).output

    assert (listed["count"], listed["has_more"]) == (120, False)
    assert [seen.target.partition("?")[0] for seen in home.server.seen] == [
        "/api/v3/repos/octo-org/hello-world/issues"
    ] * 2
