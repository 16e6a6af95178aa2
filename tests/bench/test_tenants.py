"""What is said of many tenants: a session's own memory, and hosts that exist."""

from tests.bench import founding
from tests.bench.tenants import HOST, private_mib

SMAPS = """\
55d0a2e5e000-7ffc7c5f1000 ---p 00000000 00:00 0                          [rollup]
Rss:              131072 kB
Pss:               65536 kB
Shared_Clean:      10240 kB
Shared_Dirty:      61440 kB
Private_Clean:      1024 kB
Private_Dirty:      3072 kB
Private_Hugetlb:    9999 kB
"""


def test_a_sessions_memory_is_what_nobody_shares_with_it() -> None:
    assert private_mib(SMAPS) == 4.0
    assert private_mib("") == 0.0


def test_the_hosts_that_are_asked_in_turn_are_those_of_the_founded_tenants() -> None:
    for number in (0, 7, 99_999_999):
        asked = HOST.replace("@@@@@@@@", f"{number:08d}")
        assert asked == f"{founding.SLUG.format(number)}.localhost"
