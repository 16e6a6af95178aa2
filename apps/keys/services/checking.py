"""Can every key be used? Asked by `manage.py check --deploy`, and told in the log at each start."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from apps.engine.secret import Secret
from apps.keys.errors import SealError
from apps.keys.services import ring, rotation, sealing
from apps.keys.services.sealing import Kek

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PROBE = "gorax|check"


def problems() -> list[str]:
    """Return what keeps any of the keys from being used, a sentence for each."""
    return [problem for reference in settings.GORAX_KEKS for problem in _problems(reference)]


def _problems(reference: str) -> list[str]:
    try:
        key = ring.key_of(reference)
        if isinstance(key, Kek):
            sealing.open_sealed(key, sealing.seal(key, Secret("probe"), aad=PROBE), aad=PROBE)
        else:
            ring.id_of(key)
    except SealError as reason:
        return [f"{reference}: {reason.message} ({reason.code})"]
    return []


@register(Tags.security, deploy=True)
def refuse_useless_keys(app_configs: Any, **_: Any) -> Sequence[CheckMessage]:
    """Fail `check --deploy` for every key of GORAX_KEKS that cannot be used, and for a Vault that is called in the clear."""
    found: list[CheckMessage] = [
        Error(problem, hint="Restore it, or take it out of GORAX_KEKS.", id="gorax.E003")
        for problem in problems()
    ]
    address = urlsplit(settings.GORAX_VAULT_ADDR)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        hint = "Give an https:// address: keys and the token travel by it."
        found.append(Error("GORAX_VAULT_ADDR is not https.", hint=hint, id="gorax.E004"))
    return found


@register(Tags.database, deploy=True)
def tell_keys_in_use(
    app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    """Say, by `check --deploy --database default`, which keys are still needed and which may be withdrawn."""
    if not databases:
        return []
    try:
        uses = rotation.uses()
    except SealError:
        return []  # said above
    readable = _ids()
    return [
        Error(
            f"{use.count} secrets are sealed under {use.key_id}, which is none of GORAX_KEKS.",
            hint="Put that key back; nothing of them opens without it.",
            id="gorax.E005",
        )
        if not _is_readable(use.key_id, readable)
        else checks.Warning(
            f"{use.count} secrets are still sealed under {use.key_id}.",
            hint="Run `manage.py rotate_kek` before that key is withdrawn.",
            id="gorax.W001",
        )
        for use in uses
        if use.count and not use.is_writer
    ]


def _ids() -> set[str]:
    found = set()
    for reference in settings.GORAX_KEKS:
        try:
            found.add(ring.id_of(ring.key_of(reference)))
        except SealError:
            continue
    return found


def _is_readable(key_id: str, readable: set[str]) -> bool:
    """Say whether a key is at hand, for one of Vault in whatever version."""
    return key_id in readable or key_id.rpartition("#")[0] in {
        each.rpartition("#")[0] for each in readable if "#" in each
    }
