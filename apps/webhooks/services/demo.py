"""The demo: one tenant, one signed webhook, one workflow that everybody can watch."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts import facade as accounts
from apps.core import tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.engine.value import Json
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from apps.webhooks.services import secrets as webhook_secrets
from apps.workflows import facade as workflows

SLUG = "demo"
PATH = "github"
BRANCH = "refs/heads/main"
RECEIVER_ADDRESS = "127.0.0.1"
PASSWORD_BYTES = 15


@dataclass(frozen=True, slots=True)
class _People:
    owner_id: UUID
    facts: dict[str, str]


def seed(known: Mapping[str, Any]) -> dict[str, str]:
    """Make the demo if it is not there and return its facts.

    `known` are the facts of an earlier call. While the tenant exists they stay true, whatever people have changed in
    it since; only addresses follow the settings. Without them logins, API key and webhook secret are made anew.
    """
    tenant = tenants.by_slug(SLUG)
    if tenant is not None and known:
        _allow_receiver(tenant)
        return {**known, **_addresses(tenant)}
    people = _people()
    if tenant is None:
        tenant = tenants.provision(slug=SLUG, name="Demo", owner_id=people.owner_id)
    tenants.join(tenant.id, people.owner_id, "owner")
    _allow_receiver(tenant)
    key = tenants.create_api_key(
        tenant_id=tenant.id,
        created_by=people.owner_id,
        name="Demo",
        scopes=PERMISSIONS_BY_ROLE["owner"],
        held=PERMISSIONS_BY_ROLE["owner"],
        expires_at=None,
    )
    with tenancy.entered(tenant.schema):
        secret = _webhook(people.owner_id)
    facts = {"tenant": SLUG, "api_key": key.secret, "webhook_secret": secret}
    return {**_addresses(tenant), **people.facts, **facts}


def _people() -> _People:
    password, operator_password = (secrets.token_urlsafe(PASSWORD_BYTES) for _ in range(2))
    facts = {
        "email": "owner@demo.example",
        "password": password,
        "operator_email": "operator@gorax.example",
        "operator_password": operator_password,
    }
    with tenancy.entered(tenancy.PUBLIC):
        owner = accounts.install(
            email=facts["email"], password=password, name="Demo owner", is_operator=False
        )
        accounts.install(
            email=facts["operator_email"],
            password=operator_password,
            name="Operator",
            is_operator=True,
        )
    return _People(owner.id, facts)


def _allow_receiver(tenant: TenantInfo) -> None:
    tenants.allow_egress(tenant.schema, RECEIVER_ADDRESS, settings.GORAX_RECEIVER_PORT)


def _addresses(tenant: TenantInfo) -> dict[str, str]:
    host = tenants.host_of(tenant.id) or ""
    base_url = f"http://{host}:{settings.GORAX_PORT}"
    # A one-host install serves no other host, so people and operators sign in there, too.
    public_host = settings.GORAX_SINGLE_HOST or settings.GORAX_PUBLIC_HOST
    return {
        "host": host,
        "base_url": base_url,
        "public_url": f"http://{public_host}:{settings.GORAX_PORT}",
        "live_url": f"ws://{host}:{settings.GORAX_LIVE_PORT}",
        "webhook_url": f"{base_url}/webhooks/{PATH}",
        "receiver_url": _receiver_url(),
    }


def _receiver_url() -> str:
    return f"http://{RECEIVER_ADDRESS}:{settings.GORAX_RECEIVER_PORT}"


def _webhook(owner_id: UUID) -> str:
    """Return a new secret of the demo's webhook, which is made if it is not there."""
    trigger = workflows.trigger_by_path(PATH)
    if trigger is None:
        workflow_id = workflows.install(
            name="Announce pushes to main",
            description="A push to the main branch on GitHub is passed on to the demo's receiver.",
            definition=definition(f"{_receiver_url()}/ok"),
            actor_id=owner_id,
        )
        trigger = workflows.trigger_by_path(PATH)
        assert trigger is not None  # noqa: S101 - it was installed in the line above
        secret = webhook_secrets.renew(trigger.id, overlap_s=0)
        workflows.switch_on(workflow_id)
    else:
        secret = webhook_secrets.renew(trigger.id, overlap_s=0)
    return secret.reveal()


def definition(receiver: str) -> Json:
    """Return the demo's document, which calls `receiver`.

    push ─► is the branch there? ─true─► tell the receiver ─► answer
                                └─false─► say that nothing was done
    """
    return {
        "nodes": [
            _node(
                "push", "trigger:webhook", "GitHub push", 0, 0,
                path=PATH,
                auth_type="github",
                filters=[{"path": "$.body.ref", "operator": "equals", "value": BRANCH}],
            ),
            _node(
                "is-there", "control:if", "Branch still there?", 280, 0,
                condition="!(trigger.body.deleted ?? false)",
            ),
            _node(
                "tell", "action:http", "Tell the receiver", 560, -80,
                method="POST",
                url=receiver,
                body={
                    "ref": "{{ trigger.body.ref }}",
                    "commit": "{{ trigger.body.after ?? null }}",
                    "pusher": "{{ trigger.body.pusher.name ?? 'somebody' }}",
                    "commits": "{{ size(trigger.body.commits ?? []) }}",
                },
            ),
            _node(
                "answer", "action:respond", "Answer", 840, -80,
                status=200,
                body={"passed_on": True, "receiver": "{{ steps.tell.status_code }}"},
            ),
            _node(
                "nothing", "action:respond", "Nothing to do", 560, 120,
                status=200,
                body={"passed_on": False},
            ),
        ],
        "edges": [
            _edge("push", "is-there"),
            _edge("is-there", "tell", "true"),
            _edge("is-there", "nothing", "false"),
            _edge("tell", "answer"),
        ],
        "settings": {"timeout_s": 300},
    }  # fmt: skip


def _node(node_id: str, kind: str, name: str, x: int, y: int, **config: Json) -> Json:
    return {
        "id": node_id,
        "type": kind,
        "position": {"x": x, "y": y},
        "data": {"name": name, "config": config},
    }


def _edge(source: str, target: str, port: str = "") -> Json:
    edge: dict[str, Json] = {"id": f"{source}-{target}", "source": source, "target": target}
    return {**edge, "sourceHandle": port} if port else edge
