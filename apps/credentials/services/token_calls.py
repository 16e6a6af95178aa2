"""Calls to a provider's servers. Every one takes the guarded way out, is short and small, and follows no redirect."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.errors import BlockedDestinationError
from apps.adapters.http import GuardedHttp
from apps.core import strict_json
from apps.core.errors import GoraxError
from apps.credentials.rules.accounts import Private, url_fault
from apps.engine.mask import mask_of
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.tenants import facade as tenants

FORM = "application/x-www-form-urlencoded"
CALL_S = 10.0
MOST_BYTES = 256 * 1024
MOST_DEPTH = 16
# Of what a token server says, the words that come to be seen.
SHOWN = ("error", "scope")
TOKENS = ("access_token", "refresh_token", "id_token")
SECRET_FIELDS = ("code", "code_verifier", "refresh_token", "token")
# A shorter text would hide parts of honest words.
LEAST_HIDDEN = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """What a server said; `said` is empty if it was no JSON object."""

    status: int
    said: Mapping[str, Any] = field(repr=False)

    def without(self, sent: Iterable[str]) -> "Heard":
        """Return it without what was sent, and without the tokens themselves, in those words of it that are shown.

        Servers repeat what they were sent, and any of it may look like the code of a refusal or like a scope.
        """
        tokens = (self.said.get(name) for name in TOKENS)
        texts = (each for each in (*sent, *tokens) if isinstance(each, str))
        mask = mask_of(Secret(each) for each in texts if len(each) >= LEAST_HIDDEN)
        shown = {name: mask.scrub(self.said[name]) for name in SHOWN if name in self.said}
        return replace(self, said={**self.said, **shown})


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to a provider, and from which tenant we call it."""

    schema: str
    client_id: str
    secret: Secret | None
    style: str

    def post(self, url: str, form: Mapping[str, str]) -> Heard:
        """Send a form in which the client proves itself; a public client only says its name (RFC 6749, section 2.3).

        Raises:
            HttpError: no reply came.
        """
        said = {name: text for name, text in form.items() if text}
        headers: dict[str, str | Secret] = {"Content-Type": FORM}
        if self.secret is None:
            said["client_id"] = self.client_id
        elif self.style == "body":
            said |= {"client_id": self.client_id, "client_secret": self.secret.reveal()}
        else:
            headers["Authorization"] = self.basic()
        heard = send(self.schema, "POST", url, headers, Secret(urlencode(said)))
        sent = [form[name] for name in SECRET_FIELDS if name in form]
        return heard.without([*sent, "" if self.secret is None else self.secret.reveal()])

    def basic(self) -> Secret:
        """Return the header's value in which the client proves itself."""
        # Both are form-encoded before they are joined (section 2.3.1).
        secret = "" if self.secret is None else self.secret.reveal()
        pair = f"{quote_plus(self.client_id)}:{quote_plus(secret)}".encode()
        return Secret(f"Basic {base64.b64encode(pair).decode()}")


def private_of(schema: str) -> Private:
    """Return the private addresses that an operator lets this tenant call."""
    return frozenset((each.address, each.port) for each in tenants.egress_allowances(schema))


def send(
    schema: str,
    method: str,
    url: str,
    headers: Mapping[str, str | Secret],
    body: Secret | None = None,
) -> Heard:
    """Make one call and return what was said.

    Raises:
        HttpError: no reply came, or the address is none that a provider may have.
    """
    private = private_of(schema)
    fault = url_fault(url, private)
    if fault:
        raise BlockedDestinationError(f"the provider cannot be called: {fault}")
    policy = Policy(
        allowances=tuple(Allowance(*each) for each in sorted(private)),
        refused_hosts=(f".{settings.GORAX_PUBLIC_HOST}", settings.GORAX_SINGLE_HOST),
    )
    request = HttpRequest(
        method,
        url,
        # GitHub answers as a form unless JSON is asked for.
        {"Accept": "application/json", "User-Agent": "gorax", **headers},
        body,
        timeout_s=CALL_S,
        follow_redirects=False,
        max_reply_bytes=MOST_BYTES,
    )
    return _heard(GuardedHttp(policy, owner=schema).send(request))


def _heard(reply: HttpReply) -> Heard:
    try:
        said = strict_json.loads(reply.body, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except GoraxError:
        said = None
    return Heard(reply.status, said if isinstance(said, dict) else {})
