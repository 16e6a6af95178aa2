"""A curl command becomes the config of a node over HTTP, or a 4xx that says why not."""

import pytest

from tests.counting import queries_on

PATH = "/nodes/import-curl"


def test_a_command_becomes_a_config_without_its_secrets(editor) -> None:
    command = (
        "curl -L https://api.example.com/a -H 'Authorization: Bearer CANARY' --frobnicate -d a=1"
    )

    answer = editor.post(PATH, {"command": command})

    assert answer.status_code == 200
    assert answer.json() == {
        "config": {
            "method": "POST",
            "url": "https://api.example.com/a",
            "follow_redirects": True,
            "body_type": "form",
            "body": {"a": "1"},
        },
        "warnings": ["The option --frobnicate is not known and left out."],
        "credentials": [{"type": "bearer_token", "place": "header Authorization"}],
    }


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({}, 422, ("/command", "required")),
        ({"command": ["curl"]}, 422, ("/command", "invalid")),
        ({"command": "wget https://a"}, 422, ("/command", "curl_unreadable")),
        ({"command": "curl 'https://a"}, 422, ("/command", "curl_unreadable")),
        ({"command": "curl https://a", "more": 1}, 422, ("/more", "unknown_field")),
        ({"command": "curl " + "a" * 100_000}, 422, ("/command", "max_length")),
    ],
)
def test_what_is_no_command_is_named_by_its_place(editor, body, status, problem) -> None:
    answer = editor.post(PATH, body)

    assert answer.status_code == status
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [problem]


@pytest.mark.parametrize("word", ["$'\\ud800'", "$'\\x00'", "$'\\U99999999'"])
def test_characters_that_nothing_stores_are_replaced(editor, word) -> None:
    answer = editor.post(PATH, {"command": f"curl https://a.example -H 'X-A: '{word}"})

    assert answer.json()["config"]["headers"] == {"X-A": "\ufffd"}


def test_a_command_with_a_character_that_is_none_is_malformed(editor) -> None:
    assert editor.post(PATH, {"command": "curl https://a\0"}).status_code == 400


def test_an_import_asks_the_database_for_nothing(editor) -> None:
    with queries_on("workflows_") as found:
        editor.post(PATH, {"command": "curl https://a.example"})

    assert found == []
