"""A growing text is shown now and then, bounded, and never with half of a secret."""

from apps.engine.fake_models import FakeLive
from apps.engine.growing import Growing, Partial, Unwatched
from apps.engine.mask import mask_of
from apps.engine.render import MaskedLive
from apps.engine.secret import Secret
from apps.engine.testing import FakeClock
from apps.engine.value import StepKey


def test_a_text_is_shown_at_most_five_times_a_second() -> None:
    clock, shown = FakeClock(), []
    growing = Growing(shown.append, clock.monotonic_s)

    for moment, piece in ((0.0, "a"), (0.1, "b"), (0.19, "c"), (0.2, "d"), (0.3, "e"), (9.0, "f")):
        clock.seconds = moment
        growing.hear(piece)

    assert shown == [Partial("a", 1), Partial("abcd", 4), Partial("abcdef", 6)]


def test_of_a_long_text_its_end_is_shown() -> None:
    clock, shown = FakeClock(), []
    growing = Growing(shown.append, clock.monotonic_s)

    growing.hear("a" * 10_000 + "b" * 10_000)

    (partial,) = shown
    assert partial.length == 20_000
    assert partial.text == "a" * 6_384 + "b" * 10_000


def test_half_a_secret_is_held_back_until_it_is_known_what_it_is() -> None:
    live = FakeLive()
    masked = MaskedLive(live, mask_of([Secret("hunter2-hunter2")]), [])

    for text in ("key hunter2-", "key hunter2-hunter2", "key hunter2-hunter2 is", "hunters"):
        masked.show(StepKey("a"), 1, Partial(text, len(text)))

    assert [partial.text for _, _, partial in live.shown] == [
        "key ",
        "key [REDACTED]",
        "key [REDACTED] is",
        "hunters",
    ]
    assert live.shown[0] == (StepKey("a"), 1, Partial("key ", 12))


def test_nobody_may_be_watching() -> None:
    assert Unwatched().show(StepKey("a"), 1, Partial("x", 1)) is None
