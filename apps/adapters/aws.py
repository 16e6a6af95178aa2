"""Calls to AWS, signed by its own library and sent by our guarded way out."""

from dataclasses import dataclass, replace

from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret

# Where a service without a region of its own is signed for.
USUAL_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key of AWS."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


def signed(request: HttpRequest, keys: Keys, *, service: str, region: str) -> HttpRequest:
    """Return a request with the signature that AWS asks for; its body is a text or nothing."""
    # Here, because it is large, and most processes never call AWS.
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    body = request.body.reveal() if isinstance(request.body, Secret) else request.body or ""
    token = None if keys.session_token is None else keys.session_token.reveal()
    credentials = Credentials(keys.access_key_id, keys.secret_access_key.reveal(), token)
    asked = AWSRequest(
        method=request.method,
        url=str(request.url),
        data=body,
        headers={name: str(value) for name, value in request.headers.items()},
    )
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(credentials, service, region or USUAL_REGION).add_auth(asked)
    added = {name: Secret(str(value)) for name, value in asked.headers.items()}
    return replace(request, headers={**request.headers, **added})
