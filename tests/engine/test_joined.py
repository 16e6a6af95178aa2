"""Bodies in a row are read as one, in pieces, and every file that was opened is closed."""

from io import BytesIO

from apps.engine.joined import joined
from apps.engine.ports import Stream


def streamed(raw: bytes, opened: list[BytesIO]) -> Stream:
    def open_it() -> BytesIO:
        opened.append(BytesIO(raw))
        return opened[-1]

    return Stream(len(raw), open_it)


def test_bodies_are_read_one_after_another_and_again() -> None:
    opened: list[BytesIO] = []
    body = joined([b"a", streamed(b"bcd", opened), b"", streamed(b"", opened), b"ef"])

    assert body.size_bytes == 6
    for _ in range(2):
        with body.open() as file:
            assert file.read() == b"abcdef"
            assert file.read(1) == b""
    assert [file.closed for file in opened] == [True] * 4


def test_no_body_is_opened_before_it_is_reached_and_the_one_that_is_read_is_closed() -> None:
    opened: list[BytesIO] = []
    body = joined([b"ab", streamed(b"cd", opened), streamed(b"ef", opened)])

    file = body.open()
    assert (file.readable(), file.read(2), opened) == (True, b"ab", [])
    assert file.read(1) == b"c"
    file.close()

    assert [each.closed for each in opened] == [True]


def test_nothing_is_an_empty_body() -> None:
    assert (joined([]).size_bytes, joined([]).open().read()) == (0, b"")
