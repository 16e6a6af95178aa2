"""The door to workflows: what runs, and what starts it. Values cross it, rows never do."""

from apps.workflows.queries.registry import (
    TriggerInfo,
    VersionInfo,
    is_current,
    is_wanted,
    listed_triggers,
    trigger_by_id,
    trigger_by_path,
    trigger_to_execute,
    version,
)
from apps.workflows.services.drafts import create as create_workflow
from apps.workflows.services.drafts import snapshot_to_execute
from apps.workflows.services.publish import activate, publish
from apps.workflows.services.triggers import count_filtered, touch

__all__ = [
    "TriggerInfo",
    "VersionInfo",
    "activate",
    "count_filtered",
    "create_workflow",
    "is_current",
    "is_wanted",
    "listed_triggers",
    "publish",
    "snapshot_to_execute",
    "touch",
    "trigger_by_id",
    "trigger_by_path",
    "trigger_to_execute",
    "version",
]
