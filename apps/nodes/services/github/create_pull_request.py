"""Asks for a branch to be merged."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import BODY, OWNER, PULL_REQUEST, REPO, TITLE

OPERATION = Operation(
    name="create_pull_request",
    title="Create pull request",
    description="Asks for a branch to be merged into another.",
    fields=(
        OWNER,
        REPO,
        TITLE,
        BODY,
        Field(
            name="head",
            kind=Kind.TEMPLATE,
            title="From branch",
            help="With its owner if that is another one, as in ada:mend.",
            is_required=True,
        ),
        Field(
            name="base",
            kind=Kind.TEMPLATE,
            title="Into branch",
            placeholder="main",
            is_required=True,
        ),
        Field(name="draft", kind=Kind.BOOLEAN, title="As a draft"),
    ),
    calls=(
        Call(
            method="POST",
            path="/repos/{owner}/{repo}/pulls",
            body=("title", "body", "head", "base", "draft"),
        ),
    ),
    is_repeatable=False,
    keeps=PULL_REQUEST,
    doc="""
Opens a pull request. GitHub refuses a second one between the same two branches.
""",
    examples=(
        {
            "title": "Propose a mended branch",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "title": "Mend the crash",
                "head": "mend",
                "base": "main",
            },
            "sends": [
                {
                    "method": "POST",
                    "url": "https://api.github.com/repos/octo-org/hello-world/pulls",
                    "body": {"title": "Mend the crash", "head": "mend", "base": "main"},
                }
            ],
            "replies": [
                {
                    "status": 201,
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
                    },
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
        {
            "title": "There is one already",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "title": "Mend the crash",
                "head": "mend",
                "base": "main",
            },
            "replies": [
                {
                    "status": 422,
                    "body": {
                        "message": "Validation Failed",
                        "errors": [{"message": "A pull request already exists for octo-org:mend."}],
                    },
                }
            ],
            "failure": {"code": "service_refused", "message": "GitHub refused: Validation Failed."},
        },
    ),
)
