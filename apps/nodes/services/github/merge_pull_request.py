"""Merges a pull request."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import OWNER, PULL_NUMBER, REPO

OPERATION = Operation(
    name="merge_pull_request",
    title="Merge pull request",
    description="Merges a pull request into its base branch.",
    fields=(
        OWNER,
        REPO,
        PULL_NUMBER,
        Field(
            name="merge_method",
            kind=Kind.SELECT,
            title="How",
            options=("merge", "squash", "rebase"),
            default="merge",
        ),
        Field(name="commit_title", kind=Kind.TEMPLATE, title="Title of the commit"),
        Field(name="commit_message", kind=Kind.TEMPLATE, title="Text of the commit"),
        Field(
            name="sha",
            kind=Kind.TEMPLATE,
            title="Only at commit",
            help="Refused if the branch has moved on from this commit.",
            placeholder="{{ trigger.body.pull_request.head.sha }}",
        ),
    ),
    calls=(
        Call(
            method="PUT",
            path="/repos/{owner}/{repo}/pulls/{number}/merge",
            body=("merge_method", "commit_title", "commit_message", "sha"),
        ),
    ),
    is_repeatable=False,
    keeps={"sha": "string", "merged": "boolean", "message": "string"},
    doc="""
Merges a pull request. One that cannot be merged is refused with the status 405, one whose branch has moved on from **Only at
commit** with 409. The output is `{sha, merged, message}`.
""",
    examples=(
        {
            "title": "Squash what was approved",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "7",
                "merge_method": "squash",
                "sha": "6dcb09b5",
            },
            "sends": [
                {
                    "method": "PUT",
                    "url": "https://api.github.com/repos/octo-org/hello-world/pulls/7/merge",
                    "body": {"merge_method": "squash", "sha": "6dcb09b5"},
                }
            ],
            "replies": [
                {
                    "body": {
                        "sha": "9a1b2c3d",
                        "merged": True,
                        "message": "Pull Request successfully merged",
                    }
                }
            ],
            "output": {
                "sha": "9a1b2c3d",
                "merged": True,
                "message": "Pull Request successfully merged",
            },
        },
        {
            "title": "A conflict",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "7",
            },
            "replies": [{"status": 405, "body": {"message": "Pull Request is not mergeable"}}],
            "failure": {
                "code": "service_refused",
                "message": "GitHub refused: Pull Request is not mergeable.",
            },
        },
    ),
)
