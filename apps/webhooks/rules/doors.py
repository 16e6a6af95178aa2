"""What a webhook's config means: whom it lets in, by what key it knows a delivery again, what it lets pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from apps.core.addresses import Network, networks
from apps.engine.errors import EngineError
from apps.engine.fields import FieldProblem
from apps.engine.problem import clipped
from apps.engine.value import Json
from apps.webhooks.rules import filters, verification
from apps.webhooks.rules.filters import Filter
from apps.webhooks.rules.paths import FieldPath, compile_path

T = TypeVar("T")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
DEFAULT_METHODS = ("POST",)
MOST_FILTERS = 50
MOST_NETWORKS = 200
# Far above any sender that means well; below what would starve the other tenants of one machine.
DEFAULT_RATE_PER_S = 5_000.0
DEFAULT_WAIT_S = 30.0
# Above all that a field of the form takes; an integer may be larger than any float.
LARGEST_NUMBER = 1e9


@dataclass(frozen=True, slots=True)
class Rules:
    """A config, read. `delivery_path` finds a delivery's id in the trigger's data."""

    scheme: str
    methods: tuple[str, ...]
    username: str
    key_header: str
    networks: tuple[Network, ...]
    filters: tuple[Filter, ...]
    delivery_path: FieldPath | None
    is_waiting: bool
    wait_s: float
    rate_per_s: float

    @property
    def has_secret(self) -> bool:
        """Whether senders prove themselves by a secret."""
        return self.scheme != "none"


def read(config: Mapping[str, Json]) -> tuple[Rules, tuple[FieldProblem, ...]]:
    """Return what a webhook trigger's config means, and everything in it that cannot work and was left out."""
    problems: list[FieldProblem] = []
    return (
        Rules(
            scheme=_text(config, "auth_type", "signature"),
            methods=_methods(config.get("methods"), problems),
            username=_text(config, "username", ""),
            key_header=_text(config, "key_header", verification.DEFAULT_KEY_HEADER).lower(),
            networks=_networks(config.get("allowed_ips"), problems),
            filters=_filters(config.get("filters"), problems),
            delivery_path=_path(config.get("deduplication_path"), "deduplication_path", problems),
            is_waiting=config.get("mode") == "sync",
            wait_s=_number(config, "timeout_s", DEFAULT_WAIT_S),
            rate_per_s=_number(config, "rate_per_s", DEFAULT_RATE_PER_S),
        ),
        tuple(problems),
    )


def _wrong(place: str, message: str) -> FieldProblem:
    return FieldProblem(place, "field_invalid", message)


def _text(config: Mapping[str, Json], name: str, default: str) -> str:
    value = config.get(name)
    return value if isinstance(value, str) and value else default


def _number(config: Mapping[str, Json], name: str, default: float) -> float:
    value = config.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if 0 < value <= LARGEST_NUMBER else default


def _methods(value: Json, problems: list[FieldProblem]) -> tuple[str, ...]:
    if value in (None, []):
        return DEFAULT_METHODS
    wanted = [str(item).upper() for item in value] if isinstance(value, list) else []
    unknown = [method for method in wanted if method not in METHODS]
    if unknown or not wanted:
        problems.append(_wrong("methods", f"Methods are some of {', '.join(METHODS)}."))
        return DEFAULT_METHODS
    return tuple(dict.fromkeys(wanted))


def _networks(value: Json, problems: list[FieldProblem]) -> tuple[Network, ...]:
    # A text is the older form of the field: addresses divided by commas.
    texts = value.split(",") if isinstance(value, str) else value
    if texts is None:
        return ()
    if not isinstance(texts, list) or len(texts) > MOST_NETWORKS:
        problems.append(_wrong("allowed_ips", f"A list of at most {MOST_NETWORKS} addresses."))
        return ()
    found: list[Network] = []
    for index, text in enumerate(texts):
        try:
            found += networks([clipped(str(text).strip())])
        except ValueError as reason:
            problems.append(_wrong(f"allowed_ips[{index}]", f"{reason}."))
    return tuple(found)


def _filters(value: Json, problems: list[FieldProblem]) -> tuple[Filter, ...]:
    if value is None or value == "":
        return ()
    if not isinstance(value, list) or len(value) > MOST_FILTERS:
        problems.append(_wrong("filters", f"A list of at most {MOST_FILTERS} filters."))
        return ()
    return tuple(
        each for index, item in enumerate(value) for each in _filter(index, item, problems)
    )


def _filter(index: int, item: Json, problems: list[FieldProblem]) -> Iterator[Filter]:
    place = f"filters[{index}]"
    if not isinstance(item, dict):
        problems.append(_wrong(place, "A filter is an object with path, operator and value."))
        return
    if item.get("enabled") is False:
        return
    operator, value, group = item.get("operator"), item.get("value"), item.get("group", 0)
    wrong = filters.problem(operator if isinstance(operator, str) else "", value)
    if wrong is not None:
        problems.append(_wrong(f"{place}.operator", wrong))
    if not isinstance(group, int) or isinstance(group, bool):
        problems.append(_wrong(f"{place}.group", "A group is a whole number."))
        return
    if not item.get("path"):
        problems.append(_wrong(f"{place}.path", "A filter needs a path, as in $.body.ref."))
        return
    path = _path(item["path"], f"{place}.path", problems)
    if path is not None and wrong is None:
        yield Filter(path, str(operator), value, group)


def _path(value: Json, place: str, problems: list[FieldProblem]) -> FieldPath | None:
    if value is None or value == "":
        return None
    try:
        return compile_path(value if isinstance(value, str) else "")
    except EngineError as reason:
        problems.append(_wrong(place, reason.message))
        return None


def delivery_key(rules: Rules, headers: Mapping[str, str], trigger: Json) -> str:
    """Return by what this delivery is known again, empty if its sender does not say.

    Never its body: two equal bodies are two events. The source stands in front, so that keys of different
    sources never meet. The configured path counts most, then the scheme's own header, then Idempotency-Key.
    """
    if rules.delivery_path is not None:
        found = first(rules.delivery_path.find(trigger))
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            return f"path:{found}"
    header = verification.DELIVERY_HEADERS.get(rules.scheme)
    if header is not None and headers.get(header):
        return f"{header}:{headers[header]}"
    given = headers.get("idempotency-key")
    return f"idempotency-key:{given}" if given else ""


def first(values: Sequence[T]) -> T | None:
    """Return the first value, None if there is none."""
    return values[0] if values else None
