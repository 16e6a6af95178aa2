"""What the audit trail says of an execution."""

from typing import Any
from uuid import UUID

from apps.audit import facade as audit


def record(action: str, execution_id: UUID, **more: Any) -> None:
    """Write down what somebody did to an execution."""
    audit.record(f"execution.{action}", target=audit.Target("execution", execution_id), **more)
