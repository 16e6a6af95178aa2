"""Reads one pull request."""

from __future__ import annotations

from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import OWNER, PULL_NUMBER, PULL_REQUEST, REPO

OPERATION = Operation(
    name="get_pull_request",
    title="Get pull request",
    description="Reads a pull request of a repository.",
    fields=(OWNER, REPO, PULL_NUMBER),
    calls=(Call(method="GET", path="/repos/{owner}/{repo}/pulls/{number}"),),
    is_repeatable=True,
    keeps=PULL_REQUEST,
    doc="""
Reads a pull request. `mergeable` is null while GitHub is still finding out.
""",
    examples=(
        {
            "title": "Can it be merged?",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "7",
            },
            "sends": [
                {
                    "method": "GET",
                    "url": "https://api.github.com/repos/octo-org/hello-world/pulls/7",
                }
            ],
            "replies": [
                {
                    "body": {
                        "number": 7,
                        "title": "Mend the crash",
                        "state": "open",
                        "body": None,
                        "html_url": "https://github.com/octo-org/hello-world/pull/7",
                        "user": {"login": "ada"},
                        "draft": False,
                        "merged": False,
                        "mergeable": True,
                        "head": {"ref": "mend", "sha": "6dcb09b5"},
                        "base": {"ref": "main"},
                        "created_at": "2026-11-29T10:00:00Z",
                        "updated_at": "2026-11-29T10:00:00Z",
                        "merged_at": None,
                    }
                }
            ],
            "output": {
                "number": 7,
                "title": "Mend the crash",
                "state": "open",
                "body": None,
                "html_url": "https://github.com/octo-org/hello-world/pull/7",
                "author": "ada",
                "draft": False,
                "merged": False,
                "mergeable": True,
                "head": "mend",
                "head_sha": "6dcb09b5",
                "base": "main",
                "created_at": "2026-11-29T10:00:00Z",
                "updated_at": "2026-11-29T10:00:00Z",
                "merged_at": None,
            },
        },
    ),
)
