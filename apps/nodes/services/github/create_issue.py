"""Opens an issue."""

from __future__ import annotations

from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import ASSIGNEES, BODY, ISSUE, LABELS, OWNER, REPO, TITLE

OPERATION = Operation(
    name="create_issue",
    title="Create issue",
    description="Opens an issue in a repository.",
    fields=(OWNER, REPO, TITLE, BODY, LABELS, ASSIGNEES),
    calls=(
        Call(
            method="POST",
            path="/repos/{owner}/{repo}/issues",
            body=("title", "body", "labels", "assignees"),
        ),
    ),
    is_repeatable=False,
    keeps=ISSUE,
    doc="""
Opens an issue. Labels that do not exist yet are made; labels and people are left out by GitHub if the account may not set them.
The token needs write access to issues.
""",
    examples=(
        {
            "title": "Report a failed deployment",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "title": "{{ trigger.title }}",
                "body": "It crashes.",
                "labels": ["bug"],
            },
            "given": {"trigger": {"title": "Found a bug"}},
            "sends": [
                {
                    "method": "POST",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues",
                    "body": {"title": "Found a bug", "body": "It crashes.", "labels": ["bug"]},
                }
            ],
            "replies": [
                {
                    "status": 201,
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
        {
            "title": "A repository that the token cannot see",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "title": "Hello",
            },
            "replies": [{"status": 404, "body": {"message": "Not Found"}}],
            "failure": {"code": "service_refused", "message": "GitHub refused: Not Found."},
        },
    ),
)
