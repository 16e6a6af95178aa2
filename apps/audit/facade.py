"""The door to the trail: writing an entry in the transaction of its cause, and looking after the chain."""

from apps.audit.rules.documents import changed
from apps.audit.rules.tiers import Terms
from apps.audit.services.lines import Behind, Line, behind_each, last_seqs, lines_after
from apps.audit.services.recording import Target, record
from apps.audit.services.refusals import record_refused
from apps.audit.services.retaining import Held, Retained, drop, held, hold, lift, retain
from apps.audit.services.verifying import Verdict, anchor, verify

__all__ = [
    "Behind",
    "Held",
    "Line",
    "Retained",
    "Target",
    "Terms",
    "Verdict",
    "anchor",
    "behind_each",
    "changed",
    "drop",
    "held",
    "hold",
    "last_seqs",
    "lift",
    "lines_after",
    "record",
    "record_refused",
    "retain",
    "verify",
]
