"""Which part of a file a `Range` asks for."""

import pytest

from apps.core.api.ranges import Part, part_of
from apps.core.errors import NotSatisfiableError


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=0-9", Part(0, 10)),
        ("bytes=3-5", Part(3, 3)),
        ("bytes=3-", Part(3, 7)),
        ("bytes=3-1000", Part(3, 7)),
        ("bytes=9-", Part(9, 1)),
        ("bytes=-3", Part(7, 3)),
        ("bytes=-1000", Part(0, 10)),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_a_range_of_ten_bytes_is_one_part_or_all(header: str, part: Part | None) -> None:
    assert part_of(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(header: str) -> None:
    with pytest.raises(NotSatisfiableError) as caught:
        part_of(header, 10)

    assert caught.value.size_bytes == 10


def test_nothing_has_no_part() -> None:
    assert part_of("", 0) is None
    with pytest.raises(NotSatisfiableError):
        part_of("bytes=0-", 0)
