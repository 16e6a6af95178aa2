"""Writes a comment under a pull request."""

from __future__ import annotations

from dataclasses import replace

from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import BODY, COMMENT, OWNER, PULL_NUMBER, REPO

OPERATION = Operation(
    name="create_pr_comment",
    title="Comment on pull request",
    description="Writes a comment under a pull request.",
    fields=(OWNER, REPO, PULL_NUMBER, replace(BODY, is_required=True)),
    calls=(
        Call(method="POST", path="/repos/{owner}/{repo}/issues/{number}/comments", body=("body",)),
    ),
    is_repeatable=False,
    keeps=COMMENT,
    doc="""
Writes a comment under a pull request. The output is `{id, body, html_url, author, created_at}`.
""",
    examples=(
        {
            "title": "Say that it is done",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "42",
                "body": "Deployed as {{ trigger.version }}.",
            },
            "given": {"trigger": {"version": "1.4.0"}},
            "sends": [
                {
                    "method": "POST",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues/42/comments",
                    "body": {"body": "Deployed as 1.4.0."},
                }
            ],
            "replies": [
                {
                    "status": 201,
                    "body": {
                        "id": 1,
                        "body": "Deployed as 1.4.0.",
                        "html_url": "https://github.com/octo-org/hello-world/issues/42#issuecomment-1",
                        "user": {"login": "ada"},
                        "created_at": "2026-11-29T10:00:00Z",
                    },
                }
            ],
            "output": {
                "id": 1,
                "body": "Deployed as 1.4.0.",
                "html_url": "https://github.com/octo-org/hello-world/issues/42#issuecomment-1",
                "author": "ada",
                "created_at": "2026-11-29T10:00:00Z",
            },
        },
    ),
)
