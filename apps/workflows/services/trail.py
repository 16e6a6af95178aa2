"""What the audit trail says of a workflow: that it changed, and where; never what stands in its fields."""

from collections.abc import Mapping
from typing import Any

from apps.audit import facade as audit
from apps.engine.value import Json
from apps.workflows.models import Workflow

MOST_NODES = 40


def record(action: str, workflow: Workflow, **more: Any) -> None:
    """Write down what was done to a workflow."""
    audit.record(f"workflow.{action}", target=target_of(workflow), **more)


def target_of(workflow: Workflow) -> audit.Target:
    """Return a workflow as a target."""
    return audit.Target("workflow", workflow.pk, workflow.name)


def record_saved(before: Workflow, values: Mapping[str, Any]) -> None:
    """Write down what of a workflow was saved: its texts as they were and are, and the places of its draft."""
    old = {name: getattr(before, name) for name in values if name != "draft"}
    new = {name: value for name, value in values.items() if name != "draft"}
    was, now = audit.changed(old, new)
    places = draft_changes(before.draft, values["draft"]) if "draft" in values else {}
    record("saved", before, before=was, after=now | ({"draft": places} if places else {}))


def draft_changes(before: Json, after: Json) -> dict[str, Any]:
    """Return which nodes of a draft came, went and changed, and where; a literal in a field may be a secret."""
    old, new = _nodes(before), _nodes(after)
    said = {
        "added": [name for name in new if name not in old][:MOST_NODES],
        "removed": [name for name in old if name not in new][:MOST_NODES],
        "changed": {
            name: _places(old[name], new[name])
            for name in [name for name in new if name in old and new[name] != old[name]][
                :MOST_NODES
            ]
        },
        "others": [name for name in _places(before, after) if not name.startswith("nodes")],
    }
    return {name: value for name, value in said.items() if value}


def _nodes(draft: Json) -> dict[str, Any]:
    nodes = draft.get("nodes") if isinstance(draft, dict) else None
    listed = nodes if isinstance(nodes, list) else []
    return {str(node["id"]): node for node in listed if isinstance(node, dict) and "id" in node}


def _places(old: Json, new: Json) -> list[str]:
    """Return the fields that differ, `config.url` for those one level down."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return ["(all)"] if old != new else []
    found = []
    for name in [name for name in {**old, **new} if old.get(name, ...) != new.get(name, ...)]:
        was, now = old.get(name), new.get(name)
        if isinstance(was, dict) and isinstance(now, dict):
            inner = [part for part in {**was, **now} if was.get(part, ...) != now.get(part, ...)]
            found += [f"{name}.{part}" for part in inner]
        else:
            found.append(str(name))
    return found
