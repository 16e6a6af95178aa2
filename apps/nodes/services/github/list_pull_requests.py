"""Reads the pull requests of a repository."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation, Pages
from apps.nodes.services.github.service import OWNER, PULL_REQUEST, REPO

OPERATION = Operation(
    name="list_pull_requests",
    title="List pull requests",
    description="Gives the pull requests of a repository, the newest first.",
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
        Field(
            name="head",
            kind=Kind.TEMPLATE,
            title="From branch",
            help="With its owner, as in octo-org:mend.",
        ),
        Field(name="base", kind=Kind.TEMPLATE, title="Into branch", placeholder="main"),
    ),
    calls=(
        Call(method="GET", path="/repos/{owner}/{repo}/pulls", query=("state", "head", "base")),
    ),
    is_repeatable=True,
    keeps={
        name: kind for name, kind in PULL_REQUEST.items() if name not in {"merged", "mergeable"}
    },
    pages=Pages(size="per_page"),
    doc="""
Gives the pull requests of a repository, page by page until there are as many as **At most** says. The output is
`{items, count, has_more}`. Whether one can be merged says *Get pull request*.
""",
    examples=(
        {
            "title": "What waits to be merged into main",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "base": "main",
            },
            "sends": [
                {
                    "method": "GET",
                    "url": "https://api.github.com/repos/octo-org/hello-world/pulls?state=open&base=main&per_page=100",
                }
            ],
            "replies": [{"body": []}],
            "output": {"items": [], "count": 0, "has_more": False},
        },
    ),
)
