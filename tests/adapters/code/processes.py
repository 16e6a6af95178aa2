"""The processes below a keeper, as the kernel lists them."""

import os
from pathlib import Path


def family(keeper: int) -> list[int]:
    """Every process below the keeper."""
    found: list[int] = []
    todo = [keeper]
    while todo:
        pid = todo.pop()
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            below = [int(one) for task in tasks for one in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += below
        todo += below
    return found


def busy(keeper: int) -> list[int]:
    """The processes below the keeper that have used a good part of a second: a script that computes."""
    return [pid for pid in family(keeper) if cpu_s(pid) > 0.15]


def cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
