"""Requests made from the OpenAPI document by schemathesis: right ones, and ones wrong in one place."""

import random
from collections.abc import Iterator
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, openapi

from tests.fuzz.api.garden import Garden
from tests.fuzz.api.wire import Trial, request

# What would end the session that all others use, or lets chance make tenants by the hundred.
LEFT_ALONE = frozenset({"/api/v1/auth/sign-out", "/api/v1/auth/refresh"})
FEW = frozenset({"/api/v1/auth/sign-up"})
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
OURS = frozenset({"host", "authorization", "cookie", "connection", "content-length", "user-agent"})


def trials(document: dict[str, Any], garden: Garden, seed: str, count: int) -> Iterator[Trial]:
    """Yield about `count` requests, as many right ones as wrong ones, of each operation as many."""
    operations = [found.ok() for found in openapi.from_dict(document).get_all_operations()]
    each = max(1, count // (len(operations) * len(MODES)))
    order = [(operation, mode) for operation in operations for mode in MODES]
    random.Random(f"{seed}:order").shuffle(order)
    for operation, mode in order:
        most = min(each, 10) if operation.path in FEW else each
        for number, case in enumerate(_cases(operation, mode, f"{seed}:{operation.label}", most)):
            chance = random.Random(f"{seed}:{operation.label}:{mode.value}:{number}")
            raw = _bytes(case, operation.path, garden, chance)
            if raw is not None:
                yield Trial(
                    f"{seed}:{operation.label}:{mode.value}:{number}",
                    f"described {mode.value}",
                    raw,
                    operation=(operation.method.lower(), operation.path),
                )


def _cases(operation: Any, mode: GenerationMode, seed: str, count: int) -> list[Any]:
    found: list[Any] = []

    @seeded(random.Random(seed).getrandbits(64))
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(operation.as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        found.append(case)

    try:
        keep()
    except Unsatisfiable:  # nothing of it can be wrong
        return []
    return found


def _bytes(case: Any, path: str, garden: Garden, chance: random.Random) -> bytes | None:
    arguments = case.as_transport_kwargs(base_url="http://here")
    arguments = {
        name: arguments[name]
        for name in ("method", "url", "headers", "params", "json", "data", "files")
        if arguments.get(name) is not None
    }
    try:
        prepared = requests.Request(**arguments).prepare()
    except (ValueError, requests.RequestException):
        return None  # no client can write this down; the corpus does it by hand
    url = prepared.path_url
    if chance.random() < 0.7:
        url = garden.planted(path, url)
    body = prepared.body or b""
    if isinstance(body, str):
        body = body.encode()
    kept = [
        (name, value)
        for name, value in prepared.headers.items()
        if name.lower() not in OURS and not name.lower().startswith("x-schemathesis")
    ]
    public = path.startswith("/api/v1/auth/sign-")
    caller = [] if path in LEFT_ALONE else garden.caller(chance)
    host = garden.public_host if public else garden.host
    return request(prepared.method or "GET", url, [("Host", host), *caller, *kept], bytes(body))
