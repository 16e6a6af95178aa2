"""Changes an issue."""

from __future__ import annotations

from dataclasses import replace

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import (
    ASSIGNEES,
    BODY,
    ISSUE,
    LABELS,
    NUMBER,
    OWNER,
    REPO,
    TITLE,
)

OPERATION = Operation(
    name="update_issue",
    title="Update issue",
    description="Changes, closes or opens again an issue.",
    fields=(
        OWNER,
        REPO,
        NUMBER,
        replace(TITLE, is_required=False),
        BODY,
        Field(name="state", kind=Kind.SELECT, title="State", options=("open", "closed")),
        Field(
            name="state_reason",
            kind=Kind.SELECT,
            title="Reason",
            options=("completed", "not_planned", "reopened"),
        ),
        replace(LABELS, help="Their names; they take the place of those that it has."),
        replace(ASSIGNEES, help="Login names; they take the place of those that it has."),
    ),
    one_of=("title", "body", "state", "labels", "assignees"),
    calls=(
        Call(
            method="PATCH",
            path="/repos/{owner}/{repo}/issues/{number}",
            body=("title", "body", "state", "state_reason", "labels", "assignees"),
        ),
    ),
    is_repeatable=True,
    keeps=ISSUE,
    doc="""
Changes what is filled in and leaves the rest as it is.
""",
    examples=(
        {
            "title": "Close it",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "1347",
                "state": "closed",
                "state_reason": "completed",
            },
            "sends": [
                {
                    "method": "PATCH",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues/1347",
                    "body": {"state": "closed", "state_reason": "completed"},
                }
            ],
            "replies": [
                {
                    "status": 200,
                    "body": {
                        "id": 1,
                        "number": 1347,
                        "title": "Found a bug",
                        "state": "closed",
                        "body": "It crashes.",
                        "html_url": "https://github.com/octo-org/hello-world/issues/1347",
                        "user": {"login": "ada", "id": 1},
                        "labels": [{"name": "bug"}],
                        "assignees": [],
                        "comments": 0,
                        "created_at": "2026-11-29T10:00:00Z",
                        "updated_at": "2026-11-29T10:00:00Z",
                        "closed_at": None,
                    },
                }
            ],
            "output": {
                "number": 1347,
                "title": "Found a bug",
                "state": "closed",
                "body": "It crashes.",
                "html_url": "https://github.com/octo-org/hello-world/issues/1347",
                "author": "ada",
                "labels": [{"name": "bug"}],
                "assignees": [],
                "comments": 0,
                "pull_request": None,
                "created_at": "2026-11-29T10:00:00Z",
                "updated_at": "2026-11-29T10:00:00Z",
                "closed_at": None,
            },
        },
    ),
)
