"""What the sandbox says of a document's scripts, which are read here and not run, and of its own languages."""

import time
from functools import lru_cache

from django.conf import settings

from apps import nodes
from apps.adapters.code.sandbox import Sandbox, process_sandbox
from apps.engine.document import Document, DocumentNode
from apps.engine.node import NodeType, Script
from apps.engine.ports import CodeFault
from apps.engine.problem import Report, pointer
from apps.engine.value import Json

# Reading a script takes milliseconds; a document of a thousand new ones is not read to its end in one go.
READING_S = 5.0
REMEMBERED = 2048


def sandbox() -> Sandbox:
    """Return this process's sandbox."""
    return process_sandbox(settings.GORAX_CODE_SLOTS, settings.GORAX_CODE_LANGUAGES)


def languages_of(kind: NodeType) -> dict[str, Json]:
    """Return the languages of a node type's scripts, each with the reason why it is off here, or None."""
    return {language: sandbox().why_off(language) or None for language in kind.languages}


def report_faults(document: Document, report: Report) -> None:
    """Report every script that cannot be read, and every one whose language is off here."""
    over_at = time.monotonic() + READING_S
    for node in document.nodes:
        kind = nodes.catalogue().find(node.type)
        for script in () if kind is None else kind.scripts(node.config):
            if time.monotonic() > over_at:
                report.warn("scripts_unread", "Some scripts were not read yet; check once more.")
                return
            _report(node, script, report)


def _report(node: DocumentNode, script: Script, report: Report) -> None:
    # A language that is off may be on again; what is wrong with a text stays wrong.
    off = sandbox().why_off(script.language)
    fault = CodeFault("code_unavailable", off) if off else _fault_of(script.language, script.source)
    if fault is None:
        return
    place = "" if fault.line is None else f" (line {fault.line}, column {fault.column})"
    add = report.warn if fault.is_retryable else report.error
    add(
        fault.code,
        f"{node.shown}: {fault.message}{place}",
        node_id=node.id,
        path=pointer("nodes", node.index, "data", "config", script.place),
        field=script.place,
    )


class _UnreadError(Exception):
    """Nothing is known of a script, so nothing is remembered."""

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _fault_of(language: str, source: str) -> CodeFault | None:
    try:
        return _read(language, source)
    except _UnreadError as unread:
        return unread.fault


@lru_cache(maxsize=REMEMBERED)
def _read(language: str, source: str) -> CodeFault | None:
    fault = sandbox().check(language, source)
    if fault is not None and fault.code != "code_error":
        raise _UnreadError(fault)
    return fault
