"""Reads one issue."""

from __future__ import annotations

from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import ISSUE, NUMBER, OWNER, REPO

OPERATION = Operation(
    name="get_issue",
    title="Get issue",
    description="Reads an issue of a repository.",
    fields=(OWNER, REPO, NUMBER),
    calls=(Call(method="GET", path="/repos/{owner}/{repo}/issues/{number}"),),
    is_repeatable=True,
    keeps=ISSUE,
    doc="""
Reads an issue. A pull request is an issue too; of one, `pull_request` is an object, otherwise it is null.
""",
    examples=(
        {
            "title": "The issue that a webhook tells of",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "{{ trigger.body.issue.number }}",
            },
            "given": {"trigger": {"body": {"issue": {"number": 1347}}}},
            "sends": [
                {
                    "method": "GET",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues/1347",
                }
            ],
            "replies": [
                {
                    "status": 200,
                    "body": {
                        "id": 1,
                        "number": 1347,
                        "title": "Found a bug",
                        "state": "open",
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
                "state": "open",
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
