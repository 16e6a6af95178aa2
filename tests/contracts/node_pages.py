"""docs/reference/nodes.md and a page per node type, written from the catalogue and from what the tests prove.

`make docs` writes them; a test refuses a stale one, and a property of a type that no test proves.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect, OnError
from apps.engine.node import NodeType
from apps.nodes import catalogue
from tests.contracts.node_proofs import ROOT, proofs

REFERENCE = ROOT / "docs" / "reference"
PROPERTIES = (
    "config", "success", "refusal", "fault", "retryable", "masking", "examples", "page",
)  # fmt: skip
PROVEN, MISSING, NEVER_RUN = "✓", "**missing**", "never run"
# (type, property) → why there is nothing to prove. The list may only shrink.
EXCUSED: Mapping[tuple[str, str], str] = {
    (type_, name): "takes all"
    # They read no value: what they are told is judged before the workflow is published.
    for type_ in ("control:no_op", "control:fork", "control:try", "control:retry")
    for name in ("refusal", "fault", "retryable")
}
HEAD = """# Node types

Written by `make docs` from the folders in `apps/nodes` and from their tests; change those, not this page.

| type | title | what it does | kind |
|---|---|---|---|
"""
TABLE = """
## What the tests prove of each

| column | a ✓ says that a test of the type shows |
|---|---|
| config | every field wrong once, refused by its place before the workflow is published |
| success | an example with its output |
| refusal | a value or an answer that it does not accept, as a failure with a code |
| fault | what it stands on breaks: a path that leads nowhere, no reply, a bound that is passed |
| retryable | whether time may heal such a failure |
| masking | no secret in what is stored; or that no field takes one (*takes none*) |
| examples | every entry of its examples.json does what it promises |
| page | the page linked above is the one that the catalogue makes |

A trigger is fired and *never run*. A cell without a proof turns the tests red.

"""


def cells(kind: NodeType, proven: Mapping[str, Any]) -> dict[str, str]:
    """Return what the table says of one type, by property."""
    found = {
        "config": fields_of(kind) <= set(proven["wrong_fields"]),
        "success": proven["has_success"],
        "examples": {example["title"] for example in kind.examples} == set(proven["examples"]),
        "page": True,
        **{claim: claim in proven["claims"] for claim in ("refusal", "fault", "retryable")},
    }
    row = {name: PROVEN if is_proven else MISSING for name, is_proven in found.items()}
    row["masking"] = PROVEN if "masking" in proven["claims"] else MISSING
    if not any(spec.is_secret_ok or spec.kind is Kind.CREDENTIAL for spec in kind.fields):
        row["masking"] = "takes none"
    if kind.run is None:
        row |= dict.fromkeys(("success", "refusal", "fault", "retryable"), NEVER_RUN)
    row |= {name: why for (type_, name), why in EXCUSED.items() if type_ == kind.type}
    return {name: row[name] for name in PROPERTIES}


def fields_of(kind: NodeType) -> set[str]:
    """Return every place of a type's config: its fields, and those inside lists of objects."""
    inner = {f"{spec.name}.{each.name}" for spec in kind.fields for each in spec.fields}
    return {spec.name for spec in kind.fields} | inner


def pages(proven: Mapping[str, Any]) -> dict[Path, str]:
    """Return the text of every generated page."""
    kinds = list(catalogue())
    rows = "".join(
        f"| [`{kind.type}`](nodes/{page_name(kind)}) | {kind.title} | {kind.description} | {effect_of(kind)} |\n"
        for kind in kinds
    )
    table = f"| type | {' | '.join(PROPERTIES)} |\n|{'---|' * (len(PROPERTIES) + 1)}\n" + "".join(
        f"| `{kind.type}` | {' | '.join(cells(kind, proven[kind.type]).values())} |\n"
        for kind in kinds
    )
    made = {REFERENCE / "nodes.md": HEAD + rows + TABLE + table}
    for kind in kinds:
        failures = proven[kind.type]["failures"]
        made[REFERENCE / "nodes" / page_name(kind)] = "\n".join(page(kind, failures))
    return made


def page_name(kind: NodeType) -> str:
    """Return the name of a type's page: that of its folder."""
    return f"{kind.type.replace(':', '_')}.md"


def source_of(kind: NodeType) -> str:
    """Return where below apps/nodes a type is written: its folder, or the file of a service's operation."""
    service, _, name = kind.type.partition(":")
    file = f"services/{service}/{name}.py"
    return file if (ROOT / "apps" / "nodes" / file).is_file() else page_name(kind)[:-3]


def effect_of(kind: NodeType) -> str:
    """Return in two words whether it acts on the world."""
    if kind.run is None:
        return "trigger"
    said = {Effect.EXTERNAL: "acts on the world", Effect.CODE: "runs a script"}
    return said.get(kind.effect, "pure")


def page(kind: NodeType, failures: Mapping[str, list[bool]]) -> Iterator[str]:
    """Yield the lines of one page."""
    title, _, text = kind.doc.partition("\n")
    yield title
    yield ""
    yield f"`{kind.type}` · {effect_of(kind)} · written by `make docs`; change `apps/nodes/{source_of(kind)}` instead."
    yield ""
    yield text.strip()
    yield ""
    if kind.fields:
        yield from ("## Fields", "", "| field | kind | default | what it is |", "|---|---|---|---|")
        for spec in kind.fields:
            yield from field_rows(spec, "")
        yield ""
    if kind.run is not None:
        defaults = {spec.name: spec.default for spec in kind.fields}
        exits = ", ".join(f"`{port}`" for port in kind.ports_of(defaults, OnError.STOP))
        more = " and one for each that the config names" if callable(kind.ports) else ""
        yield from ("## Exits", "", f"{exits}{more}; `error` where failures branch.", "")
    if kind.output_schema:
        yield from ("## Output", "", *code(dict(kind.output_schema)), "")
    if failures:
        yield from ("## How it fails", "", "| code | may be tried again |", "|---|---|")
        for code_, retryable in failures.items():
            yield f"| `{code_}` | {' or '.join('yes' if each else 'no' for each in retryable)} |"
        yield ""
    yield from ("## Examples", "")
    for example in kind.examples:
        yield from (f"### {example['title']}", "")
        yield from (*code({name: example[name] for name in example if name != "title"}), "")


def field_rows(spec: Field, prefix: str) -> Iterator[str]:
    """Yield the row of a field, and those of the fields of its entries."""
    default = "" if spec.default is None else f"`{json.dumps(spec.default, ensure_ascii=False)}`"
    facts = [f"**{spec.title or spec.name}.** {spec.help}".strip()]
    if spec.options:
        facts.append(f"One of {', '.join(f'`{option}`' for option in spec.options)}.")
    if spec.minimum is not None or spec.maximum is not None:
        facts.append(f"{bounds(spec)}.")
    if spec.depends_on is not None:
        values = ", ".join(f"`{value}`" for value in spec.depends_on[1])
        facts.append(f"Only if `{spec.depends_on[0]}` is {values}.")
    if spec.is_secret_ok:
        facts.append("May hold a credential.")
    said = "required" if spec.is_required and not default else default
    row = (f"`{prefix}{spec.name}`", str(spec.kind), said, " ".join(facts))
    yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    for inner in spec.fields:
        yield from field_rows(inner, f"{prefix}{spec.name}[].")


def bounds(spec: Field) -> str:
    """Return the range of a number in words."""
    if spec.minimum is None:
        return f"At most {spec.maximum:g}"
    return f"At least {spec.minimum:g}" + (
        "" if spec.maximum is None else f", at most {spec.maximum:g}"
    )


def code(value: Any) -> list[str]:
    """Return the lines of a block of JSON."""
    return ["```json", *json.dumps(value, ensure_ascii=False, indent=2).splitlines(), "```"]


def write() -> None:
    """Write every page, and take away those of types that are gone."""
    with tempfile.TemporaryDirectory() as folder:
        made = pages(proofs(Path(folder) / "proofs.json")["types"])
    for old in (REFERENCE / "nodes").glob("*.md"):
        if old not in made:
            old.unlink()
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
