"""Reads the issues of a repository."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation, Pages
from apps.nodes.services.github.service import ISSUE, LABELS, OWNER, REPO

OPERATION = Operation(
    name="list_issues",
    title="List issues",
    description="Gives the issues of a repository, the newest first.",
    fields=(
        OWNER,
        REPO,
        Field(
            name="state",
            kind=Kind.SELECT,
            title="State",
            options=("open", "closed", "all"),
            default="open",
        ),
        LABELS,
        Field(name="assignee", kind=Kind.TEMPLATE, title="Assigned to", help="A login name."),
        Field(
            name="since",
            kind=Kind.TEMPLATE,
            title="Changed since",
            help="A date and time such as 2026-11-29T00:00:00Z.",
        ),
    ),
    calls=(
        Call(
            method="GET",
            path="/repos/{owner}/{repo}/issues",
            query=("state", "labels", "assignee", "since"),
        ),
    ),
    is_repeatable=True,
    keeps=ISSUE,
    pages=Pages(size="per_page"),
    doc="""
Gives the issues of a repository, page by page until there are as many as **At most** says. The output is
`{items, count, has_more}`. GitHub counts pull requests as issues too; of those, `pull_request` is an object, otherwise it is null.
""",
    examples=(
        {
            "title": "Open bugs",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "labels": ["bug", "urgent"],
                "limit": 50,
            },
            "sends": [
                {
                    "method": "GET",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues?state=open&labels=bug%2Curgent&per_page=50",
                }
            ],
            "replies": [{"body": []}],
            "output": {"items": [], "count": 0, "has_more": False},
        },
    ),
)
