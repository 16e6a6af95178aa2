"""The strict parser takes everything that GitHub really sends, and reads it as Python's own does."""

import json

import pytest

from apps.core import strict_json
from tests.real_input.github import delivery_headers, payload_of, payloads, raw, sign_github


def test_there_are_hundreds_of_payloads_of_dozens_of_events() -> None:
    found = payloads()

    assert len(found) >= 200
    assert len({event for event, _, _ in found}) >= 50
    assert all(action == payload.get("action") for _, action, payload in found)


def test_every_payload_reads_as_it_would_without_the_strictness() -> None:
    bodies = [raw(payload) for _, _, payload in payloads()]

    read = [strict_json.loads(body) for body in bodies]

    assert read == [json.loads(body) for body in bodies]
    assert read == [payload for _, _, payload in payloads()]


def test_every_payload_survives_a_trip_through_our_own_writer() -> None:
    again = [strict_json.loads(strict_json.dumps(payload).encode()) for _, _, payload in payloads()]

    assert again == [payload for _, _, payload in payloads()]


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_escapes_and_plain_letters_read_the_same(*, ensure_ascii: bool) -> None:
    for _, _, payload in payloads():
        body = json.dumps(payload, ensure_ascii=ensure_ascii, indent=2).encode()
        assert strict_json.loads(body) == payload


def test_the_push_of_the_demo_is_among_them() -> None:
    push = payload_of("push")

    assert push["ref"].startswith("refs/")
    assert {"repository", "pusher", "commits"} <= set(push)


def test_a_delivery_is_signed_over_its_bytes() -> None:
    # GitHub's own example: docs, "Validating webhook deliveries".
    signature = sign_github("It's a Secret to Everybody", b"Hello, World!")

    assert signature == "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_each_delivery_has_an_id_of_its_own() -> None:
    body = raw(payload_of("push"))
    first, second = (delivery_headers("push", body, "s") for _ in range(2))

    assert first["X-GitHub-Delivery"] != second["X-GitHub-Delivery"]
    assert first["X-Hub-Signature-256"] == second["X-Hub-Signature-256"] == sign_github("s", body)
    assert delivery_headers("push", body, "s", delivery_id="d-1")["X-GitHub-Delivery"] == "d-1"
