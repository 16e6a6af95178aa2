"""The door to the trail: writing an entry in the transaction of its cause."""

from apps.audit.rules.documents import changed
from apps.audit.services.recording import Target, record
from apps.audit.services.refusals import record_refused

__all__ = ["Target", "changed", "record", "record_refused"]
