"""The door to workflows: what runs, and what starts it. Values cross it, rows never do."""

from apps.workflows.queries.home import names_of, seen, unpublished
from apps.workflows.queries.registry import (
    CURRENT,
    TriggerInfo,
    VersionInfo,
    active_of_kind,
    is_current,
    is_wanted,
    live_version_of,
    name_of,
    trigger_by_id,
    trigger_by_path,
    trigger_to_call,
    trigger_to_execute,
    triggers_by_id,
    version,
    version_to_execute,
)
from apps.workflows.queries.sharing import HIDDEN, hidden_from, may, permitted, require
from apps.workflows.queries.stored import pinned
from apps.workflows.queries.writing import DraftInfo, draft
from apps.workflows.services.drafts import snapshot_to_execute
from apps.workflows.services.forms import refuse_unfit
from apps.workflows.services.install import install, switch_on
from apps.workflows.services.quota import used as count
from apps.workflows.services.triggers import count_filtered, touch

__all__ = [
    "CURRENT",
    "HIDDEN",
    "DraftInfo",
    "TriggerInfo",
    "VersionInfo",
    "active_of_kind",
    "count",
    "count_filtered",
    "draft",
    "hidden_from",
    "install",
    "is_current",
    "is_wanted",
    "live_version_of",
    "may",
    "name_of",
    "names_of",
    "permitted",
    "pinned",
    "refuse_unfit",
    "require",
    "seen",
    "snapshot_to_execute",
    "switch_on",
    "touch",
    "trigger_by_id",
    "trigger_by_path",
    "trigger_to_call",
    "trigger_to_execute",
    "triggers_by_id",
    "unpublished",
    "version",
    "version_to_execute",
]
