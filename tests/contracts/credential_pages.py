"""docs/reference/credentials.md, written from the types of credentials as they are; `make docs` writes it, a test refuses a stale one."""

from __future__ import annotations

from apps.credentials.rules.kinds import KINDS, Kind, Value
from tests.contracts.node_proofs import ROOT

PAGE = ROOT / "docs" / "reference" / "credentials.md"
HEAD = """# Types of credentials

Written by `make docs` from `apps/credentials/rules/kinds`; change that, not this page. `GET /api/v1/credentials/types` says the same, with a JSON
Schema for each type. Every value is text of at most 10,000 characters. A *secret* value is sealed and never shown again.

| type | title | what it is |
|---|---|---|
"""


def text() -> str:
    """Return the page."""
    rows = "".join(
        f"| [`{kind.name}`](#{kind.name}) | {kind.title} | {kind.description} |\n"
        for kind in KINDS.values()
    )
    return HEAD + rows + "".join(_section(kind) for kind in KINDS.values())


def _section(kind: Kind) -> str:
    main = f"`{kind.main_value}`" if kind.main_value else "an object of all its values"
    if kind.is_free:
        main = "the first of `api_key`, `token`, `secret`, `key`, `value`, `password` that it has; else all of them"
    hosts = ", ".join(f"`{host}`" for host in kind.hosts) or "anywhere"
    lines = [f"\n## {kind.name}\n", f"**{kind.title}.** {kind.description}"]
    lines.append(f"`{{{{ credentials.name }}}}` gives {main}. Unless you say otherwise it may go to: {hosts}.")  # fmt: skip
    if kind.docs:
        lines.append(f"[More about it]({kind.docs}).")
    head = "\n".join(lines) + "\n"
    if kind.is_free:
        return f"{head}\nIts values have names of your own (letters, digits and `_`), at most 50.\n"
    table = "\n| value | | default | what it is |\n|---|---|---|---|\n"
    return head + table + "".join(_row(value) for value in kind.values)


def _row(value: Value) -> str:
    said = [
        word
        for word, is_so in (("required", value.is_required), ("secret", value.is_secret))
        if is_so
    ]
    facts = [f"**{value.title}.** {value.help}".strip()]
    if value.options:
        facts.append(f"One of {', '.join(f'`{option}`' for option in value.options)}.")
    if value.is_place:
        facts.append("Allowed hosts need not name it.")
    default = f"`{value.default}`" if value.default else ""
    return f"| `{value.name}` | {', '.join(said)} | {default} | {' '.join(facts)} |\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
