"""The tables of docs/reference/expressions.md, written from the catalogue: run this file to renew them."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

from apps.engine.expressions.functions.all import FUNCTIONS
from apps.engine.expressions.functions.catalogue import Function

PAGE = Path(__file__).parents[3] / "docs/reference/expressions.md"
HEADING = "## Functions\n"


def renewed(page: str) -> str:
    """Return the page with its last section, *Functions*, written anew; the rest stays as it is."""
    by_hand, _, _ = page.partition(HEADING)
    tables = [
        f"### {group}\n\n| function | what it does | example | gives |\n|---|---|---|---|\n{''.join(map(_row, members))}"
        for group, members in groupby(FUNCTIONS, key=lambda function: function.group)
    ]
    return f"{by_hand}{HEADING}\n{_PREFACE}\n{chr(10).join(tables)}"


_PREFACE = """Written from the catalogue in `apps/engine/expressions/functions`, which the editor's completion reads too.
Every function may be called on its first value: `trigger.name.trim().upper()`. `?` marks what may be left out.
"""


def _row(function: Function) -> str:
    also = ", ".join(f"`{alias}`" for alias in function.aliases)
    given = function.example.gives
    cells = (
        f"`{function.signature}`",
        f"{function.doc} Also: {also}." if also else function.doc,
        f"`{function.example.source}`",
        "" if given is None else f"`{json.dumps(given, ensure_ascii=False)}`",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":  # pragma: no cover
    PAGE.write_text(renewed(PAGE.read_text()))
