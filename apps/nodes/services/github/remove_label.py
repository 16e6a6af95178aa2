"""Takes a label off an issue or pull request."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.github.service import NUMBER, OWNER, REPO

OPERATION = Operation(
    name="remove_label",
    title="Remove label",
    description="Takes a label off an issue or pull request.",
    fields=(
        OWNER,
        REPO,
        NUMBER,
        Field(name="label", kind=Kind.TEMPLATE, title="Label", help="Its name.", is_required=True),
    ),
    calls=(Call(method="DELETE", path="/repos/{owner}/{repo}/issues/{number}/labels/{label}"),),
    is_repeatable=True,
    says={"is_removed": True},
    accepts=frozenset({"Label does not exist"}),
    doc="""
Takes a label off. That it is not there is a success. The output is `{is_removed}`.
""",
    examples=(
        {
            "title": "No longer urgent",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "42",
                "label": "very urgent",
            },
            "sends": [
                {
                    "method": "DELETE",
                    "url": "https://api.github.com/repos/octo-org/hello-world/issues/42/labels/very%20urgent",
                }
            ],
            "replies": [{"body": []}],
            "output": {"is_removed": True},
        },
        {
            "title": "It was never there",
            "config": {
                "credential": "acme",
                "owner": "octo-org",
                "repo": "hello-world",
                "number": "42",
                "label": "urgent",
            },
            "replies": [{"status": 404, "body": {"message": "Label does not exist"}}],
            "output": {"is_removed": True},
        },
    ),
)
