"""GitHub’s REST API, on github.com or on a server of one’s own."""

from __future__ import annotations

from dataclasses import replace

from apps.engine.fields import Field, Kind, Source
from apps.nodes.declared import Auth, Errors, Service

SERVICE = Service(
    name="github",
    title="GitHub",
    base_url="https://api.github.com",
    base_from="base_url",
    auth={
        "github": Auth(headers={"Authorization": "Bearer {token}"}),
        "oauth2": Auth(headers={"Authorization": "Bearer {access_token}"}),
    },
    headers={
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "gorax",
    },
    errors=Errors(
        message="message",
        spent="x-ratelimit-remaining",
        reset="x-ratelimit-reset",
    ),
)

OWNER = Field(
    name="owner",
    kind=Kind.TEMPLATE,
    title="Owner",
    help="The person or organization that the repository belongs to.",
    placeholder="octo-org",
    is_required=True,
)
REPO = Field(
    name="repo",
    kind=Kind.TEMPLATE,
    title="Repository",
    help="Its name without the owner.",
    placeholder="hello-world",
    is_required=True,
)
NUMBER = Field(
    name="number",
    kind=Kind.TEMPLATE,
    title="Number",
    help="Of the issue or pull request, as in #42 without the #.",
    placeholder="{{ trigger.body.issue.number }}",
    pattern=r"[1-9][0-9]{0,9}",
    is_required=True,
    source=Source("github:list_issues", value="number", label="title", needs=("owner", "repo")),
)
PULL_NUMBER = replace(
    NUMBER,
    source=Source(
        "github:list_pull_requests", value="number", label="title", needs=("owner", "repo")
    ),
)
TITLE = Field(name="title", kind=Kind.TEMPLATE, title="Title", longest=256, is_required=True)
BODY = Field(name="body", kind=Kind.TEMPLATE, title="Text", help="In Markdown.", longest=65_536)
LABELS = Field(name="labels", kind=Kind.LIST, title="Labels", help="Their names.")
ASSIGNEES = Field(name="assignees", kind=Kind.LIST, title="Assigned to", help="Login names.")

ISSUE = {
    "number": "integer",
    "title": "string",
    "state": "string",
    "body": "string",
    "html_url": "string",
    "author=user.login": "string",
    "labels": "array",
    "assignees": "array",
    "comments": "integer",
    "pull_request": "object",
    "created_at": "string",
    "updated_at": "string",
    "closed_at": "string",
}
PULL_REQUEST = {
    "number": "integer",
    "title": "string",
    "state": "string",
    "body": "string",
    "html_url": "string",
    "author=user.login": "string",
    "draft": "boolean",
    "merged": "boolean",
    "mergeable": "boolean",
    "head=head.ref": "string",
    "head_sha=head.sha": "string",
    "base=base.ref": "string",
    "created_at": "string",
    "updated_at": "string",
    "merged_at": "string",
}
COMMENT = {
    "id": "integer",
    "body": "string",
    "html_url": "string",
    "author=user.login": "string",
    "created_at": "string",
}
