"""Trying out access keys of AWS and of what speaks like it."""

from dataclasses import replace

from apps.adapters.aws import Keys, signed
from apps.adapters.destination import parse
from apps.credentials.rules import verdict
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services.probes.way import Way
from apps.engine.credential import Credential
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret


def identity(way: Way, credential: Credential) -> Verdict:
    """Ask who the access key belongs to (sts:GetCallerIdentity), which every key may.

    Raises:
        HttpError: no reply came.
    """
    region = credential.text("region")
    usual = f"https://sts.{region}.amazonaws.com/" if region else "https://sts.amazonaws.com/"
    request = HttpRequest(
        method="POST",
        url=credential.text("endpoint_url") or usual,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body="Action=GetCallerIdentity&Version=2011-06-15",
    )
    return _asked(way, credential, request, "sts")


def s3(way: Way, credential: Credential) -> Verdict:
    """List the first object of the bucket, or the buckets of a server of one's own, or ask whose key it is.

    Raises:
        HttpError: no reply came.
    """
    bucket, endpoint = credential.text("bucket"), credential.text("endpoint")
    if not bucket and not endpoint:
        return identity(way, credential)
    base = endpoint.rstrip("/") or f"https://s3.{credential.text('region')}.amazonaws.com"
    url = f"{base}/{bucket}?list-type=2&max-keys=1" if bucket else f"{base}/"
    return _asked(way, credential, HttpRequest(method="GET", url=url), "s3")


def _asked(way: Way, credential: Credential, request: HttpRequest, service: str) -> Verdict:
    # The signer takes the address apart by itself, and falls over what is none.
    request = replace(request, url=parse(str(request.url)).text)
    proven = signed(request, keys_of(credential), service=service, region=credential.text("region"))
    body = request.body if isinstance(request.body, str) else None
    reply = way.send(request.method, str(request.url), proven.headers, body)
    return verdict.of_status(reply.status)


def keys_of(credential: Credential) -> Keys:
    """Return the access key that a credential of AWS holds."""
    token = credential.values.get("session_token")
    return Keys(
        credential.text("access_key_id"),
        credential.secret("secret_access_key"),
        token if isinstance(token, Secret) else None,
    )
