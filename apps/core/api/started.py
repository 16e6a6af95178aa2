"""The one answer to whoever started an execution, by whichever door."""

from typing import Any
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

STATUS_PATH = "/api/v1/executions/"


def status_url(execution_id: UUID, request: Request) -> str:
    """Return where to read what became of an execution."""
    address: str = request.build_absolute_uri(f"{STATUS_PATH}{execution_id}")
    return address


def answer(execution_id: UUID | None, request: Request, *, is_duplicate: bool) -> Response:
    """Return 202 with the execution's id, 200 for one that was known; without an execution it was filtered."""
    if execution_id is None:
        return Response({"filtered": True}, status=status.HTTP_202_ACCEPTED)
    said: dict[str, Any] = {
        "execution_id": execution_id,
        "status_url": status_url(execution_id, request),
    }
    if is_duplicate:
        return Response({**said, "duplicate": True})
    return Response(said, status=status.HTTP_202_ACCEPTED)
