"""Trying out what is sent over HTTP: one harmless call, as the type describes it."""

import base64
import re
from urllib.parse import quote, urlencode, urlsplit

from apps.credentials.rules import verdict
from apps.credentials.rules.kinds import Call
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services.probes.way import Way, said
from apps.engine.credential import Credential
from apps.engine.secret import Secret

_PLACE = re.compile(r"\{(\w+)\}")


def call(way: Way, credential: Credential, what: Call) -> Verdict | None:
    """Make the call and say what its answer means; None: the credential names no address to ask.

    Raises:
        HttpError: no reply came.
    """
    base = credential.text(what.base_from) if what.base_from else ""
    base = base or _plain(what.base, credential)
    if not base:
        return None
    headers: dict[str, str | Secret] = {}
    for name, template in what.headers.items():
        filled = _filled(template, credential)
        if filled is not None:
            headers[_plain(name, credential)] = filled
    if what.basic is not None:
        user, password = (_filled(part, credential) or Secret("") for part in what.basic)
        headers["Authorization"] = basic(user.reveal(), password.reveal())
    url = base.rstrip("/") + _plain(what.path, credential) if what.path else base
    reply = way.send(what.method, url, headers)
    found = verdict.of_status(reply.status, what.accepts)
    if found.status == verdict.OK and what.success and said(reply).get(what.success) is not True:
        return verdict.refused("refused", "The server does not take it.")
    return found


def api_key(way: Way, credential: Credential) -> Verdict | None:
    """Ask the address that the key names for its test, with the key where the type says.

    Raises:
        HttpError: no reply came.
    """
    url = credential.text("test_url")
    if not url:
        return None
    key, name = credential.secret("key").reveal(), credential.text("name", "X-API-Key")
    if credential.text("prefix"):
        key = f"{credential.text('prefix')} {key}"
    if credential.text("location") == "query":
        plain, mark, fragment = url.partition("#")
        glue = "&" if urlsplit(plain).query else "?"
        asked = Secret(f"{plain}{glue}{urlencode({name: key})}{mark}{fragment}")
        return verdict.of_status(way.send("GET", asked).status)
    return verdict.of_status(way.send("GET", url, {name: Secret(key)}).status)


def basic(username: str, password: str) -> Secret:
    """Return what HTTP Basic authentication sends."""
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Secret(f"Basic {pair}")


def _filled(template: str, credential: Credential) -> Secret | None:
    """Return a template with the credential's values in it; None if one of them was left empty."""
    values = {name: credential.values.get(name) for name in _PLACE.findall(template)}
    if not all(values.values()):
        return None

    def fill(found: re.Match[str]) -> str:
        value = values[found[1]]
        return value.reveal() if isinstance(value, Secret) else value or ""

    return Secret(_PLACE.sub(fill, template))


def _plain(template: str, credential: Credential) -> str:
    """Return a template with open values in it; none of them can be more than a part of an address."""
    return _PLACE.sub(lambda found: quote(credential.text(found[1]), safe="!#$&'*+^`|~"), template)
