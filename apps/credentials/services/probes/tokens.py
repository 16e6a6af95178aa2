"""Trying out what a token is given for: the client of an OAuth server, and a service account of Google."""

import time
from urllib.parse import quote_plus, urlencode

import jwt

from apps.core import strict_json
from apps.core.errors import GoraxError
from apps.credentials.rules import verdict
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services.probes.http import basic
from apps.credentials.services.probes.way import MOST_BYTES, MOST_DEPTH, Way, said
from apps.engine.credential import Credential
from apps.engine.secret import Secret

FORM = "application/x-www-form-urlencoded"
ASSERTION_S = 300
SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
NO_ACCOUNT = verdict.refused("malformed", "The key is no JSON file of a service account.")


def client_credentials(way: Way, credential: Credential) -> Verdict:
    """Fetch a token, which is thrown away.

    Raises:
        HttpError: no reply came.
    """
    client_id, secret = credential.text("client_id"), credential.secret("client_secret").reveal()
    form = {"grant_type": "client_credentials", "scope": credential.text("scope")}
    headers: dict[str, str | Secret] = {"Content-Type": FORM}
    if credential.text("auth_style") == "body":
        form |= {"client_id": client_id, "client_secret": secret}
    else:
        headers["Authorization"] = basic(quote_plus(client_id), quote_plus(secret))
    body = urlencode({name: text for name, text in form.items() if text})
    return _given(way, credential.text("token_url"), headers, body)


def service_account(way: Way, credential: Credential) -> Verdict:
    """Trade an assertion, signed with the account's key, for a token (RFC 7523), which is thrown away.

    Raises:
        HttpError: no reply came.
    """
    text = credential.secret("service_account_json").reveal()
    try:
        account = strict_json.loads(text.encode(), max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
        if not isinstance(account, dict):
            return NO_ACCOUNT
        address, now = str(account["token_uri"]), int(time.time())
        claims = {
            "iss": str(account["client_email"]),
            "scope": SCOPE,
            "aud": address,
            "iat": now,
            "exp": now + ASSERTION_S,
        }
        assertion = jwt.encode(claims, str(account["private_key"]), algorithm="RS256")
    except (GoraxError, ValueError, KeyError, TypeError, jwt.PyJWTError):
        return NO_ACCOUNT
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return _given(way, address, {"Content-Type": FORM}, urlencode(form))


def _given(way: Way, url: str, headers: dict[str, str | Secret], body: str) -> Verdict:
    reply = way.send("POST", url, headers, Secret(body))
    found = verdict.of_status(reply.status)
    if found.status == verdict.OK and not isinstance(said(reply).get("access_token"), str):
        return verdict.refused("no_token", "The token server gives no token.")
    return found
