"""Tables of addresses and URLs, one form a line, as an attacker would write them."""

from pathlib import Path


def lines(name: str) -> list[str]:
    """Return the forms of one table."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
