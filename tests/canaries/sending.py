"""Workflows that send secrets in every way there is, and most of them in vain."""

import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from apps.credentials.rules.kinds import KINDS, Kind, Value
from tests.canaries.forms import HEAD, SIGNS, TAIL, Hoard
from tests.canaries.visitor import Visitor

# What a value that is no secret says: the first that fits.
OPEN = {"username": "ada", "name": "X-Key", "from": "ada@far.test"}
FITTING = ("x1", "gorax", "1", "AC1", "MG1", "+4912345", "arn:aws:x", "ada@far.test")
# Kinds of signs that an encoding writes in its own way, as many as a secret may have.
SIGNS_ALLOWED = (SIGNS, "/+-._~", "")
BEGINNINGS = ("", "mongodb://")
PROVES = ("basic_auth", "bearer_token", "api_key", "header", "oauth2_client_credentials")
# An account that somebody connects: what a step gets of it is a token.
ACCOUNT = "oauth2"
# A model's answer, read while it comes.
SPEAKS = "speaks"
LINE_BY_LINE = "line by line"
STATUSES = (401, 400, 404, 422, 500, 403, 429)


@dataclass(frozen=True)
class Far:
    """Where the far side is."""

    url: str
    mail_port: int
    closed_port: int

    def of(self, kind: Kind, value: Value) -> str:
        """Return what a credential says in an open value, empty if it need not say anything."""
        if kind.name == "smtp" and value.name in {"host", "port", "security"}:
            return {"host": "127.0.0.1", "port": str(self.mail_port), "security": "tls"}[value.name]
        own = {
            "authorization_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "base_url": f"{self.url}/v1",
            # A store of secrets that is elsewhere: TLS, and nobody there.
            "address": "https://127.0.0.1:9",
            "endpoint_url": self.url,
            **OPEN,
        }
        if value.name in own or not value.is_required:
            return own.get(value.name, "")
        if value.is_place:
            return "127.0.0.1"
        return next(
            text for text in (value.default, *value.options, *FITTING) if text and fits(value, text)
        )


def fits(value: Value, text: str) -> bool:
    return not value.pattern or re.fullmatch(value.pattern, text) is not None


@dataclass
class Way:
    """One workflow: its credential's type, and its calls one after another; `@` stands for the credential's name."""

    kind: str
    calls: list[tuple[str, dict[str, Any]]]
    name: str = ""
    secrets: list[str] = field(default_factory=list)
    is_sent: bool = True


def http(url: str, **config: Any) -> tuple[str, dict[str, Any]]:
    return ("action:http", {"method": "GET", "url": url, "attempts": 1, **config})


def ways(far: Far) -> list[Way]:
    """Return a way for each secret value of each type, and the special ones."""
    return [*_by_template(far), *_by_field(far), *_in_odd_places(far)]


def _by_template(far: Far) -> list[Way]:
    """Send the secrets of each type; the far side repeats them, first kindly and then not."""
    found = []
    for number, kind in enumerate(KINDS.values()):
        names = [value.name for value in secrets_of(kind)]
        body = {name: f"{{{{ credentials.@.{name} }}}}" for name in names}
        key = {"X-Key": body[names[0]]} if kind.name in PROVES else {}
        status = STATUSES[number % len(STATUSES)]
        calls = [
            http(f"{far.url}/say/{each}", method="POST", headers=key, body=body)
            for each in (200, status)
        ]
        if kind.name != ACCOUNT:
            found.append(Way(kind.name, calls))
    return found


def secrets_of(kind: Kind) -> list[Value]:
    """Return the secret values of a type; one of names of one's own gets two."""
    if kind.is_free:
        return [Value(name=name, title=name, is_secret=True) for name in ("pin", "puk")]
    return [value for value in kind.values if value.is_secret]


def _by_field(far: Far) -> list[Way]:
    """Let each node that takes a credential use it."""
    said = http(f"{far.url}/say/200", credential="@")
    refused = http(f"{far.url}/say/401", credential="@")
    proxied = {"proxy": far.url, "proxy_credential": "@", "attempts": 1}
    chat = {"credential": "@", "model": "m", "prompt": "Say it."}
    mail = {"credential": "@", "to": "bob@far.test", "subject": "x", "body": "x"}
    issue = {"credential": "@", "owner": "a", "repo": "b", "number": "1"}
    return [
        *(Way(kind, [said, refused]) for kind in PROVES),
        Way(ACCOUNT, [said, refused]),
        Way("basic_auth", [http(f"{far.url}/say/200", **proxied)]),
        Way("smtp", [("action:email", mail)]),
        Way("github", [("github:get_issue", issue)]),
        Way("openai", [("llm:chat", {**chat, "stream": True})], name=SPEAKS),
        Way("anthropic", [("llm:chat", {**chat, "stream": False})]),
        Way("openai", [("llm:embed", {"credential": "@", "model": "m", "texts": ["x"]})]),
    ]


def _in_odd_places(far: Far) -> list[Way]:
    key, body = {"X-Key": "{{ credentials.@ }}"}, {"key": "{{ credentials.@ }}"}
    script = "console.log(JSON.stringify(ctx)); const end = Date.now() + 400; while (Date.now() < end); return ctx"
    calls = {
        "leads elsewhere": [http(f"{far.url}/go", headers=key)],
        "in two pieces": [http(f"{far.url}/pieces", headers=key)],
        "in the query": [http(f"{far.url}/say/401?key={{{{ credentials.@ }}}}")],
        "in a path": [http(f"{far.url}/say/422/{{{{ credentials.@ }}}}")],
        "in a body": [http(f"{far.url}/say/500", method="POST", body=body)],
        LINE_BY_LINE: [http(f"{far.url}/lines", method="POST", body=body)],
        "into files": [
            (
                "data:file",
                {"operation": "write", "text": "{{ trigger.word }}", "filename": "a.txt"},
            ),
            http(f"{far.url}/file", headers=key, response_type="file"),
        ],
        "too late": [http(f"{far.url}/late", headers=key, timeout_s=1)],
        "tried again": [http(f"{far.url}/say/503", headers=key, attempts=2)],
        "before a script": [
            http(f"{far.url}/say/200", headers=key),
            ("action:code", {"script": script}),
            ("action:code", {"script": f"{script}.x.y.z", "language": "javascript"}),
        ],
    }
    unsent = {
        "nobody there": [http(f"http://127.0.0.1:{far.closed_port}/", headers=key)],
        "signs": [
            ("data:crypto", {"operation": "hmac", "text": "x", "key": "{{ credentials.@ }}"})
        ],
        "as a host": [http("http://{{ credentials.@ }}.invalid/")],
        "in two lines": [http(f"{far.url}/say/200", headers={"X-Key": "a\n{{ credentials.@ }}"})],
        "as a method": [http(f"{far.url}/say/200", headers={"{{ credentials.@ }}": "x"})],
    }
    return [
        *(Way("secret", each, name) for name, each in calls.items()),
        *(Way("secret", each, name, is_sent=False) for name, each in unsent.items()),
    ]


def keep(way: Way, number: int, hoard: Hoard, far: Far, owner: Visitor) -> str:
    """Make the way's credential, every secret of which is a canary; return its id."""
    kind = KINDS[way.kind]
    values = {each.name: far.of(kind, each) for each in kind.values if not each.is_secret}
    for value in secrets_of(kind):
        name = f"{value.name} of c{number}, {way.name or way.kind}"
        values[value.name] = _secret(value, name, hoard, is_in_lines=way.name == LINE_BY_LINE)
        way.secrets.append(values[value.name])
    body = {
        "name": f"c{number}",
        "type": kind.name,
        "description": hoard.canaries["word"],
        "values": {name: text for name, text in values.items() if text},
        "allowed_hosts": ["127.0.0.1"] if kind.hosts else [],
    }
    return str(owner.made("/credentials", body)["id"])


def _secret(value: Value, name: str, hoard: Hoard, *, is_in_lines: bool) -> str:
    if is_in_lines:
        return hoard.canary(name, signs="+/\n/+")
    signs, beginning = next(
        (signs, beginning)
        for signs in SIGNS_ALLOWED
        for beginning in BEGINNINGS
        if fits(value, f"{beginning}{HEAD}{signs}{TAIL}")
    )
    return beginning + hoard.canary(name, signs=signs)


def begin(way: Way, number: int, word: str, owner: Visitor) -> str:
    """Publish the workflow of a way, and let it run; return its execution."""
    made = owner.made("/workflows", document(f"c{number}", word, way))["id"]
    owner.made(f"/workflows/{made}/publish")
    owner.made(f"/workflows/{made}/activate")
    asked = owner.made(f"/workflows/{made}/execute", {"input": {"word": word}})
    return str(asked["execution_id"])


def document(name: str, word: str, way: Way) -> dict[str, Any]:
    #  start ──► word0 ──► word1 ──► …
    nodes = [_node("start", "trigger:manual", {}, 0)]
    for at, (kind, config) in enumerate(way.calls):
        nodes.append(_node(f"{word}{at}", kind, _named(config, name), at + 1))
    ids = [node["id"] for node in nodes]
    edges = [
        {"id": f"e{at}", "source": source, "target": target}
        for at, (source, target) in enumerate(pairwise(ids))
    ]
    return {"name": f"{word} {name} {way.name}", "definition": {"nodes": nodes, "edges": edges}}


def _named(config: dict[str, Any], name: str) -> dict[str, Any]:
    """Put the credential's name where `@` stands for it."""
    text = (
        json.dumps(config)
        .replace('"@"', f'"{name}"')
        .replace("credentials.@", f"credentials.{name}")
    )
    return dict(json.loads(text))


def _node(node_id: str, kind: str, config: dict[str, Any], at: int) -> dict[str, Any]:
    attempts = config.pop("attempts", None)
    data: dict[str, Any] = {"name": node_id, "config": config}
    if attempts:
        data["retry"] = {"attempts": attempts, "first_wait_s": 0.1}
    if kind == "action:http":
        data["on_unknown"] = "rerun"
    return {"id": node_id, "type": kind, "position": {"x": 0, "y": 100 * at}, "data": data}
