"""Puts labels on an issue or pull request."""

from __future__ import annotations

from dataclasses import replace

from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import LABELS, NUMBER, OWNER, REPO

OPERATION = Operation(
    name="add_label",
    title="Add labels",
    description="Puts labels on an issue or pull request.",
    fields=(OWNER, REPO, NUMBER, replace(LABELS, is_required=True)),
    calls=(
        Call(method="POST", path="/repos/{owner}/{repo}/issues/{number}/labels", body=("labels",)),
    ),
    is_repeatable=True,
    is_list=True,
    keeps={"name": "string", "color": "string"},
    doc="""
Puts labels on an issue or pull request; those that it has stay. The output is `{items, count}`, all labels that it has then.
""",
    examples=(
        {
            "title": "Mark what was deployed",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "42",
                "labels": ["deployed"],
            },
            "sends": [
                {
                    "method": "POST",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues/42/labels",
                    "body": {"labels": ["deployed"]},
                }
            ],
            "replies": [
                {
                    "body": [
                        {"id": 1, "name": "bug", "color": "f29513"},
                        {"id": 2, "name": "deployed", "color": "ededed"},
                    ]
                }
            ],
            "output": {
                "items": [
                    {"name": "bug", "color": "f29513"},
                    {"name": "deployed", "color": "ededed"},
                ],
                "count": 2,
            },
        },
    ),
)
