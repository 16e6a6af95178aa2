"""What a provider's refusal means: one code for each case, whoever says it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.engine.errors import PortError
from apps.engine.retry import retry_after_s

LONGEST_SHOWN = 300
OVERLOADED = 529  # Anthropic's own
# What reading an answer raises that is not as the provider promises it.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


def refusal(
    status: int, message: str, *, kind: str = "", retry_after: str | None = None
) -> PortError:
    """Return the failure that a status of 400 and above means; `kind` is the provider's own word for it."""
    hint = f"{kind} {message}".lower()
    case = next(case for case in _CASES if status in case.statuses or _has(hint, case.words))
    # What it says of a key may quote it; where there is more to know, it says that best.
    sentence = f"{case.sentence} {shown(message)}" if case.is_quoted else case.sentence
    return PortError(
        case.code,
        sentence.strip(),
        is_retryable=case.is_retryable,
        status=status,
        retry_after_s=retry_after_s(retry_after, datetime.now(UTC)) if case.is_retryable else None,
    )


def filtered() -> PortError:
    """Return the failure that says that the provider's filter stood between question and answer."""
    message = "The provider's content filter stopped the answer."
    return PortError("content_filtered", message)


def unreadable(why: str) -> PortError:
    """Return the failure that says that what came is no answer as the provider promises it; time may heal it."""
    return PortError("model_reply_invalid", f"What came is no answer: {why}", is_retryable=True)


def missing_sdk(name: str) -> PortError:
    """Return the failure that says how to install an SDK."""
    return PortError(
        "model_sdk_missing",
        f"The library “{name}” is not installed on this worker: install it there (pip install {name}).",
    )


def of_port(error: BaseException) -> PortError | None:
    """Return the failure of our own way out that stands behind what an SDK raised, if there is one."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, PortError):
            return found
        found = found.__cause__ or found.__context__
    return None


def shown(message: str) -> str:
    """Return as much of a provider's sentence as helps a person."""
    text = " ".join(message.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _has(hint: str, words: tuple[str, ...]) -> bool:
    return any(word in hint for word in words)


@dataclass(frozen=True, slots=True)
class _Case:
    """One kind of refusal: by which statuses and words it is known. The first that fits is it."""

    code: str
    sentence: str
    statuses: range | tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    is_retryable: bool = False
    is_quoted: bool = False


_CASES = (
    _Case(
        "model_key_refused",
        "The provider refused the credential: check its key, and what it may do.",
        (401, 403),
        ("invalid_api_key", "unrecognizedclient", "expiredtoken"),
    ),
    _Case(
        "model_no_credit",
        "The account has no credit left.",
        (402,),
        ("insufficient_quota", "credit balance"),
        is_quoted=True,
    ),
    _Case(
        "context_too_long",
        "The model cannot take in that much text.",
        (413,),
        (
            "context_length_exceeded",
            "maximum context length",
            "prompt is too long",
            "input is too long",
            "too many input tokens",
            "exceed context limit",
        ),
    ),
    _Case(
        "content_filtered",
        "The provider's content filter stopped the answer.",
        words=("content_filter", "content_policy", "content management policy"),
    ),
    _Case(
        "model_rate_limited",
        "The provider takes no more calls now.",
        (429,),
        ("throttling", "rate_limit"),
        is_retryable=True,
    ),
    _Case(
        "model_overloaded",
        "The provider is overloaded.",
        (503, OVERLOADED),
        ("overloaded",),
        is_retryable=True,
    ),
    _Case(
        "model_failed",
        "The provider failed.",
        (408, 409, 424, *range(500, 600)),
        is_retryable=True,
        is_quoted=True,
    ),
    _Case("model_unknown", "There is no such model here.", (404,), is_quoted=True),
    _Case(
        "model_request_refused",
        "The provider refused the request.",
        range(1000),
        is_quoted=True,
    ),
)
