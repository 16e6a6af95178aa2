"""A command that is four times as long takes four times as long to read, not sixteen."""

import pytest

from apps.nodes.action_http.curl import LONGEST_COMMAND, read_curl
from apps.nodes.action_http.links import next_link
from tests.pace import grows_at_most

COMMANDS = {
    "unknown options": lambda count: " ".join(f"--z{number}" for number in range(count)),
    "secrets": lambda count: " ".join(f"-H token{number}:a" for number in range(count)),
    "options of a part": lambda count: "-F a=b" + ";type=x" * count,
    "data": lambda count: "-d a=b " * count,
    "a query": lambda count: "-G -d '" + "token=a&" * count + "'",
    "marks": lambda count: "$'a'" * count,
    "escapes": lambda count: "\\a" * count,
    "json": lambda count: "-H 'Content-Type: application/json' -d '" + "[" * count + "'",
    "parts": lambda count: "-F a=b " * count,
}
# Eight times as much in eight times the time, and half as much again for a busy machine.
SIZES = (500, 4_000)
TIMES = 12


@pytest.mark.parametrize("name", COMMANDS)
def test_reading_a_command_grows_with_its_length_alone(name: str) -> None:
    def reading(count: int):
        command = f"curl https://a.example {COMMANDS[name](count)}"[:LONGEST_COMMAND]
        return lambda: read_curl(command)

    assert grows_at_most(reading, SIZES, TIMES)


@pytest.mark.parametrize("text", ["<", '"', '<a>;"\\', "<a>,", "<a>;b=c,", ";"])
def test_reading_a_link_header_grows_with_its_length_alone(text: str) -> None:
    def reading(count: int):
        header = text * count
        return lambda: next_link(header)

    assert grows_at_most(reading, SIZES, TIMES)
