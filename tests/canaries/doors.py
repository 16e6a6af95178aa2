"""Those who come in by other doors: senders of webhooks, and people whom a provider vouches for."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from apps.sso.services import domains
from tests.canaries.forms import Hoard
from tests.canaries.visitor import Answer, Visitor
from tests.eventually import eventually
from tests.sso.providers import Liar

SCHEMES = ("signature", "github", "api_key", "basic")
BODY = json.dumps({"note": "a delivery"}).encode()


def deliver_by_each_scheme(owner: Visitor, word: str) -> None:
    """Give a webhook of each scheme a secret; deliver as it should be, and with the wrong one."""
    for scheme in SCHEMES:
        secret = owner.hoard.canary(f"secret of a webhook: {scheme}", signs="")
        wrong = owner.hoard.canary(f"wrong secret for a webhook: {scheme}", signs="")
        workflow = owner.made("/workflows", _listening(scheme, word))["id"]
        owner.made(f"/workflows/{workflow}/publish")
        listed = owner.call("GET", f"/api/v1/webhooks?workflow_id={workflow}").body["results"]
        owner.made(f"/webhooks/{listed[0]['id']}/regenerate-secret", {"secret": secret})
        owner.made(f"/workflows/{workflow}/activate")
        sender = Visitor(owner.port, owner.said, owner.hoard, owner.host)
        path = urlsplit(listed[0]["url"]).path
        answers = [_delivered(sender, path, scheme, each) for each in (secret, wrong, secret)]
        assert [each.status for each in answers[:2]] == [202, 401], answers
        assert answers[2].status in {202, 500}


def _listening(scheme: str, word: str) -> dict[str, object]:
    #  hook ──► all
    config = {"auth_type": scheme} | ({"username": "ada"} if scheme == "basic" else {})
    seen = {"values": {"all": "{{ toJson(trigger) }}"}}
    nodes = [("hook", "trigger:webhook", config), ("all", "action:set", seen)]
    return {
        "name": f"{word} {scheme}",
        "definition": {
            "nodes": [
                {
                    "id": node,
                    "type": kind,
                    "position": {"x": 0, "y": 0},
                    "data": {"name": node, "config": each},
                }
                for node, kind, each in nodes
            ],
            "edges": [{"id": "e", "source": "hook", "target": "all"}],
        },
    }


def _delivered(sender: Visitor, path: str, scheme: str, secret: str) -> Answer:
    digest = hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()
    match scheme:
        case "signature":
            headers = {"X_Webhook_Signature": digest}
        case "github":
            headers = {"X_Hub_Signature_256": f"sha256={digest}"}
        case "api_key":
            headers = {"X_Api_Key": secret}
        case _:
            headers = {"Authorization": _basic("ada", secret)}
    return sender.call("POST", path, BODY, **headers)


def _basic(username: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"


def connect_an_account(person: Visitor, credential: str) -> None:
    """Let a person say yes at the provider, and bring back what it says."""
    url = person.made(f"/credentials/{credential}/connect", {})["authorization_url"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    person.hoard.learn("state of a connection", asked["state"])
    code = person.hoard.canary("code of a connection", signs="")
    public = Visitor(person.port, person.said, person.hoard)
    path = urlsplit(asked["redirect_uri"]).path
    back = public.call("GET", f"{path}?code={code}&state={asked['state']}").headers["location"]
    said = {"path": urlsplit(back).path, "state": asked["state"], "code": code}
    person.made("/credentials/connected", said)


def send_the_trail(owner: Visitor, url: str) -> None:
    """Have the trail sent to who takes it, and to who refuses it and repeats all that it was told; replace both secrets."""
    ids = []
    for path in ("file", "say/500"):
        body = {"name": f"to {path}", "url": f"{url}/{path}", "from_start": True}
        made = owner.made("/audit/streams", body)
        ids.append(made["id"])
        _learn_signing(owner.hoard, made["secret"])
        one = f"/audit/streams/{made['id']}"
        for overlap_s in (3600, 0, 3600):
            renewed = owner.made(f"{one}/regenerate-secret", {"overlap_s": overlap_s})
            _learn_signing(owner.hoard, renewed["secret"])
        owner.made(f"{one}/test")

    def both_were_served() -> bool:
        shown = [owner.call("GET", f"/api/v1/audit/streams/{each}").body for each in ids]
        return shown[0]["sent_seq"] > 0 and shown[1]["failures"] > 0

    assert eventually(both_were_served, within_s=40)


def _learn_signing(hoard: Hoard, secret: str) -> None:
    raw = secret.removeprefix("whsec_")
    hoard.learn("secret of a stream", raw, base64.b64decode(raw))


def come_by_a_provider(owner: Visitor, provider: Liar) -> None:
    """Connect a provider; come back from it once to be refused with our own secret in its mouth, and once to be let in."""
    hoard: Hoard = owner.hoard
    secret = hoard.canary("secret of a client of OpenID Connect")
    body = {
        "name": hoard.canaries["word"],
        "issuer": provider.issuer,
        "client_id": "gorax",
        "client_secret": secret,
        "is_enabled": True,
    }
    made = owner.made("/sso/connections", body)
    domain = owner.made(f"/sso/connections/{made['id']}/domains", {"domain": "acme.test"})
    domains.approve(UUID(domain["id"]))
    owner.call("POST", f"/api/v1/sso/connections/{made['id']}/test")
    refusal = {"error": "invalid_client", "error_description": f"{secret} is wrong", "hint": secret}
    provider.documents["/token"] = (401, refusal)
    _come_back(owner, provider, made["id"])
    tokens = {
        "access_token": hoard.canary("access token of a provider"),
        "refresh_token": hoard.canary("refresh token of a provider"),
        "token_type": "Bearer",
    }
    provider.documents["/token"] = tokens
    inside = _come_back(owner, provider, made["id"])
    assert inside.call("GET", "/api/v1/me").body["email"] == "mallory@acme.test"


def _come_back(owner: Visitor, provider: Liar, connection: str) -> Visitor:
    browser = Visitor(owner.port, owner.said, owner.hoard, owner.host)
    away = browser.call("GET", f"/auth/sso/{connection}/start?next=/").headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    owner.hoard.learn("state of a sign-in", asked["state"])
    said = provider.documents["/token"]
    if isinstance(said, dict):
        said["id_token"] = provider.sign(provider.claims(nonce=asked["nonce"]))
        owner.hoard.learn("token of who signs in", said["id_token"].rpartition(".")[2])
    code = owner.hoard.canary(f"code of a provider {len(provider.asked)}", signs="")
    query = f"code={code}&state={asked['state']}"
    answer = browser.call("GET", f"/auth/sso/{connection}/callback?{query}")
    if answer.status == 303:
        browser.call("GET", answer.headers["location"])
    return browser
