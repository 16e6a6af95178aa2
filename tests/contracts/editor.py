"""What the screen's forms are made of, as files: the catalogue that its tests read, and the functions that its completion knows.

After a change on purpose: `python -m tests.contracts.editor` writes both anew.
"""

from __future__ import annotations

import json
from typing import Any

from apps.engine.expressions.functions.all import FUNCTIONS
from apps.engine.expressions.functions.catalogue import Function
from apps.engine.node import describe
from apps.nodes import catalogue
from tests.contracts.node_proofs import ROOT

CATALOGUE = ROOT / "tests" / "contracts" / "catalogue.json"
FUNCTIONS_FILE = ROOT / "frontend" / "src" / "generated" / "functions.json"
# What the API leaves out, and what no form reads.
UNSAID = {"examples", "handles"}


def node_types() -> list[dict[str, Any]]:
    """Return the catalogue as the API gives it on a machine where every language runs."""
    return [
        {name: fact for name, fact in describe(kind).items() if name not in UNSAID}
        | {"languages": dict.fromkeys(kind.languages)}
        for kind in catalogue()
    ]


def functions() -> list[dict[str, Any]]:
    """Return what completion shows of each function; `is_method`: it is only written behind a list."""
    return [_shown(function) for function in FUNCTIONS]


def _shown(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "group": function.group,
        "signature": function.signature,
        "doc": function.doc,
        "example": function.example.source,
        "takes": function.parameters[0].kind.name if function.parameters else "",
        "is_method": function.signature.startswith("list."),
    }


def written(facts: list[dict[str, Any]]) -> str:
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    CATALOGUE.write_text(written(node_types()), encoding="utf-8")
    FUNCTIONS_FILE.write_text(written(functions()), encoding="utf-8")


if __name__ == "__main__":
    main()
