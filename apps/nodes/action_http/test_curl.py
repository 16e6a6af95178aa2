"""A curl command becomes the config of an HTTP request, without its secrets."""

from __future__ import annotations

import pytest

from apps.engine.ports import HttpReply
from apps.engine.testing import Given, problems_in, try_node
from apps.nodes.action_http.curl import LONGEST_COMMAND, CurlError, read_curl
from apps.nodes.action_http.node import NODE
from apps.nodes.action_http.shell import UnclosedError, words_of

URL = "https://api.example.com/x"
GET = {"method": "GET", "url": URL, "follow_redirects": False}
POST = GET | {"method": "POST"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc\n", ["a", "b", "c"]),
        ("a\\\nb c \\\r\n d", ["ab", "c", "d"]),
        (r"'a \' b", ["a \\", "b"]),
        (r'"a \" \$ \x" b', [r'a " $ \x', "b"]),
        ('"a\\\nb"', ["ab"]),
        (r"$'a\'b\n\u00e9\x41\101\U0001F600\q'", ["a'b\néAA😀q"]),
        (r"$'\U99999999\x00\ud800'", ["\ufffd\ufffd\ufffd"]),
        ("a'b'\"c\"$'d'e", ["abcde"]),
        ("'' \"\"", ["", ""]),
        (r"a\ b \'", ["a b", "'"]),
        ("$HOME a#b", ["$HOME", "a#b"]),
    ],
)
def test_words_are_taken_apart_as_a_shell_does(text, words) -> None:
    assert words_of(text) == (words, False)


@pytest.mark.parametrize("text", ["a b | jq .", "a b >out", "a b # why"])
def test_only_the_first_command_counts(text) -> None:
    assert words_of(text) == (["a", "b"], True)


@pytest.mark.parametrize("text", ["'a", '"a', "$'a", "$'a\\", '"a\\'])
def test_a_quotation_that_never_ends_is_refused(text) -> None:
    with pytest.raises(UnclosedError):
        words_of(text)


@pytest.mark.parametrize(
    ("command", "config"),
    [
        (f"curl {URL}", GET),
        (f"$ curl '{URL}' -s -S --compressed", GET),
        (f"/usr/bin/curl --url {URL}", GET),
        ("curl.exe api.example.com/a", GET | {"url": "http://api.example.com/a"}),
        (f"curl -L {URL} --max-redirs 3", GET | {"follow_redirects": True, "max_redirects": 3}),
        (f"curl -XDELETE {URL}", GET | {"method": "DELETE"}),
        (f"curl -I {URL}", GET | {"method": "HEAD"}),
        (f"curl -sSLk {URL}", GET | {"follow_redirects": True, "verify_tls": False}),
        (
            f"curl -m 5 --connect-timeout 1.5 {URL}",
            GET | {"timeout_s": 5, "connect_timeout_s": 1.5},
        ),
        (f"curl -x proxy.example:3128 {URL}", GET | {"proxy": "http://proxy.example:3128"}),
        (f"curl --proxy HTTPS://p.example {URL}", GET | {"proxy": "https://p.example"}),
        (
            f"curl -H 'Accept: a/b' -H'X-Empty;' -H 'X-Gone:' -A me -e http://from {URL}",
            GET
            | {
                "headers": {
                    "Accept": "a/b",
                    "X-Empty": "",
                    "User-Agent": "me",
                    "Referer": "http://from",
                }
            },
        ),
        (
            f"curl {URL} -d a=1 -d 'a=%C3%BC&b=x+y'",
            POST | {"body_type": "form", "body": {"a": ["1", "ü"], "b": "x y"}},
        ),
        (
            f"curl {URL} --data-urlencode 'a=x y' --data-urlencode =z --data-raw @b",
            POST
            | {
                "body_type": "text",
                "text": "a=x+y&z&@b",
                "content_type": "application/x-www-form-urlencoded",
            },
        ),
        (
            f"curl -G {URL}?z=1#f -d a=1 --data-urlencode 'b=ü' --url-query c=3",
            GET | {"url": f"{URL}?z=1&c=3&a=1&b=%C3%BC#f"},
        ),
        (
            f"""curl {URL} -H 'content-type: application/json' --data '{{"a": [1]}}'""",
            POST | {"body_type": "json", "body": {"a": [1]}},
        ),
        (
            f"""curl -X PUT {URL} --json '{{"a": null}}'""",
            POST
            | {
                "method": "PUT",
                "body_type": "json",
                "body": {"a": None},
                "headers": {"Accept": "application/json"},
            },
        ),
        (
            f"curl {URL} -H 'Content-Type: application/vnd.x+json' -d '[1]'",
            POST
            | {
                "body_type": "json",
                "body": [1],
                "headers": {"Content-Type": "application/vnd.x+json"},
            },
        ),
        (
            f"curl {URL} -H 'Content-Type: application/xml' --data-binary '<a/>'",
            POST | {"body_type": "text", "text": "<a/>", "content_type": "application/xml"},
        ),
        (
            f"curl {URL} -H 'Content-Type: application/json' -d '{{oops'",
            POST | {"body_type": "text", "text": "{oops", "content_type": "application/json"},
        ),
        (
            f"curl {URL} -F 'a=1;type=text/csv' --form-string 'b=@c;type=d' -F e=",
            POST
            | {
                "body_type": "multipart",
                "parts": [
                    {"name": "a", "content_type": "text/csv", "value": "1"},
                    {"name": "b", "value": "@c;type=d"},
                    {"name": "e", "value": ""},
                ],
            },
        ),
    ],
)
def test_a_command_becomes_the_config_that_does_the_same(command, config) -> None:
    found = read_curl(command)

    assert (found.config, found.warnings, found.credentials) == (config, [], [])
    assert [code for _, code in problems_in(NODE, config)] in ([], ["tls_unverified"])


def test_what_is_imported_sends_what_curl_would_send() -> None:
    command = f"curl '{URL}' -X PATCH -H 'X-A: b' --data 'a=1&b=x%20y' --max-time 9"

    (request,) = try_node(
        NODE, read_curl(command).config, Given(handler=lambda _: HttpReply(200))
    ).requests

    assert (request.method, request.url, request.timeout_s) == ("PATCH", URL, 9)
    assert request.body == "a=1&b=x+y"
    assert request.headers["X-A"] == "b"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("-u ada:CANARY", [("basic_auth", "--user")]),
        ("-uada:CANARY", [("basic_auth", "--user")]),
        ("-H 'Authorization: Bearer CANARY'", [("bearer_token", "header Authorization")]),
        ("-H 'authorization: Basic CANARY'", [("basic_auth", "header authorization")]),
        ("-H 'Authorization: Token CANARY'", [("header", "header Authorization")]),
        ("-H 'X-Api-Key: CANARY'", [("header", "header X-Api-Key")]),
        ("-H 'Cookie: a=CANARY'", [("header", "header Cookie")]),
        ("-b a=CANARY", [("header", "--cookie")]),
        ("--oauth2-bearer CANARY", [("bearer_token", "--oauth2-bearer")]),
        ("-x http://a:CANARY@p.example", [("basic_auth", "--proxy")]),
        ("-x p.example -U a:CANARY", [("basic_auth", "--proxy-user")]),
        ("-G -d 'api_key=CANARY&a=1'", [("api_key", "query api_key")]),
        ("--url-query access%5Ftoken=CANARY", [("api_key", "query access_token")]),
        ("-G -d 'key=CANARY&sig=CANARY'", [("api_key", "query key"), ("api_key", "query sig")]),
        ("-H 'X-Auth-Key: CANARY'", [("header", "header X-Auth-Key")]),
        ("-H 'X-Auth: CANARY'", [("header", "header X-Auth")]),
        (
            "-H 'Ocp-Apim-Subscription-Key: CANARY'",
            [("header", "header Ocp-Apim-Subscription-Key")],
        ),
        ("-d 'user=a&password=CANARY'", [("secret", "body password")]),
        ("-d 'password=CANARY&password=CANARY'", [("secret", "body password")]),
        ("-d 'a=1&&pwd=CANARY'", [("secret", "body pwd")]),
        (
            """--json '{"a": [{"client_secret": "CANARY", "max_tokens": 9}]}'""",
            [("secret", "body client_secret")],
        ),
        ("-F 'passphrase=CANARY;type=text/plain'", [("secret", "body passphrase")]),
    ],
)
def test_secrets_are_taken_out_and_asked_for(options, wanted) -> None:
    found = read_curl(f"curl {URL} {options}")

    assert [(each.type, each.place) for each in found.credentials] == wanted
    assert "CANARY" not in repr(found)


def test_what_stands_beside_a_secret_stays() -> None:
    body = (
        """{"grant": "x", "password": "CANARY", "author": "ada", "max_tokens": 9, "token": null}"""
    )

    found = read_curl(f"curl '{URL}?author=ada&sort_key=a' --json '{body}'")

    assert found.config["url"] == f"{URL}?author=ada&sort_key=a"
    assert found.config["body"] == {
        "grant": "x",
        "password": "",
        "author": "ada",
        "max_tokens": 9,
        "token": None,
    }


def test_a_header_after_a_json_body_takes_the_place_of_what_the_body_says() -> None:
    found = read_curl(f"curl {URL} --json '[1]' -H 'accept: a/b'")

    assert found.config["headers"] == {"accept": "a/b"}


def test_a_user_in_the_address_is_taken_out() -> None:
    found = read_curl("curl 'https://ada:CANARY@api.example.com/@b?token=CANARY&a=1#c'")

    assert found.config["url"] == "https://api.example.com/@b?a=1#c"
    assert "CANARY" not in repr(found)


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        ("--frobnicate", "The option --frobnicate is not known and left out."),
        ("-ä", "The option -ä is not known and left out."),
        ("-o out.json", "The option --output means nothing here and is left out."),
        ("--http2", "The option --http2 means nothing here and is left out."),
        ("-X PURGE", "The method is none that an HTTP request has and is left out."),
        ("-m soon", "The number of --max-time cannot be read and is left out."),
        ("-m 900", "The number of --max-time must be from 1 to 300."),
        (
            "-x socks5://a",
            "Only an http:// or https:// proxy can be used; the one of --proxy is left out.",
        ),
        ("https://other.example", "Of several addresses the first one is taken."),
        ("-H 'Host: a'", "The header Host is set by the connection itself and left out."),
        ("-H @file", "Files are not read: the headers of --header @… are left out."),
        ("-d @file", "Files are not read: the body of --data @… is left out."),
        (
            "--data-urlencode a@f",
            "Files are not read: the body of --data-urlencode …@… is left out.",
        ),
        ("-F a", "A part of --form has no value and is left out."),
        ("-F 'a=@b/c.csv'", "Files are not read: write the value of the part “a” yourself."),
        ("| jq .", "What follows the command itself is left out."),
        ("-A '{{ a }}'", "What stands in {{ }} or ${ } will be read as an expression."),
    ],
)
def test_what_cannot_be_done_is_said_and_left_out(options, warning) -> None:
    assert read_curl(f"curl {URL} {options}").warnings == [warning]


def test_a_file_becomes_a_part_whose_value_is_to_be_written() -> None:
    found = read_curl(f"curl {URL} -F 'a=@b/c.csv;type=text/csv'")

    part = {"name": "a", "content_type": "text/csv", "filename": "c.csv", "value": ""}
    assert found.config["parts"] == [part]


def test_the_value_of_an_unknown_option_is_not_taken_for_the_address() -> None:
    assert read_curl(f"curl --frobnicate yes {URL}").config["url"] == URL


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("", "The command must begin with curl."),
        ("wget https://a", "The command must begin with curl."),
        ("curl", "The command has no address."),
        ("curl -X", "The command has no address."),
        ("curl 'https://a", "A quotation mark in the command is not closed."),
        ("curl " + "a" * LONGEST_COMMAND, "The command is longer than 100000 characters."),
    ],
)
def test_what_is_no_command_is_refused_in_a_sentence(command, sentence) -> None:
    with pytest.raises(CurlError) as refusal:
        read_curl(command)

    assert str(refusal.value) == sentence


def test_of_a_hostile_command_little_is_said() -> None:
    options = " ".join(f"--z{number} -H token{number}:a" for number in range(3_000))

    found = read_curl(f"curl {URL} {options}")

    assert (len(found.warnings), len(found.credentials)) == (50, 50)
