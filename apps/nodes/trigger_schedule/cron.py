"""Whether a schedule can be read, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.engine.problem import clipped

DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_ITEM = re.compile(
    r"(?:\*|(?P<low>[0-9]{1,4}|[A-Za-z]{3})(?:-(?P<high>[0-9]{1,4}|[A-Za-z]{3}))?)(?:/(?P<step>[0-9]{1,4}))?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts of a schedule. The first of `names` stands for `low`."""

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def wrong(self, text: str) -> str | None:
        """Return what is wrong with this part as a sentence, or None."""
        for item in text.split(","):
            found = _ITEM.fullmatch(item)
            if found is None:
                return f"{self._shown(item)} cannot be read. {self._wanted()}"
            wrong = self._wrong_item(item, found["low"], found["high"], found["step"])
            if wrong is not None:
                return wrong
        return None

    def _wrong_item(
        self, item: str, low: str | None, high: str | None, step: str | None
    ) -> str | None:
        ends = [self._number(text) for text in (low, high) if text is not None]
        if not all(self.low <= end <= self.high for end in ends):
            return f"{self._shown(item)} is out of range. {self._wanted()}"
        if len(ends) == 2 and ends[0] > ends[1]:
            return f"{self._shown(item)} runs backwards: write the smaller one first, or a list with commas."
        if step is not None and not 1 <= int(step) <= self.high:
            return f"{self._shown(item)}: a step is a number from 1 to {self.high}."
        return None

    def _number(self, text: str) -> int:
        if text.isdecimal():
            return int(text)
        known = text.lower() in self.names
        return self.low + self.names.index(text.lower()) if known else -1

    def _shown(self, item: str) -> str:
        return f"“{clipped(item)}” as the {self.title}"

    def _wanted(self) -> str:
        named = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"It takes {self.low} to {self.high}{named}, *, ranges like {self.low}-{self.high}, and lists."


SECOND = Part("second", 0, 59)
PARTS = (
    Part("minute", 0, 59),
    Part("hour", 0, 23),
    Part("day of the month", 1, 31),
    Part(
        "month",
        1,
        12,
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    ),
    # Sunday is 0 and 7.
    Part("weekday", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


def wrongs(cron: str) -> Iterator[str]:
    """Yield a sentence for each part of a schedule that cannot be read; six parts begin with seconds."""
    words = cron.split()
    if len(words) == 1 and words[0] in DESCRIPTORS:
        return
    if len(words) not in {5, 6}:
        yield "A schedule has five parts (minute, hour, day, month, weekday), as in “0 9 * * 1-5”."
        return
    parts = PARTS if len(words) == 5 else (SECOND, *PARTS)
    for part, text in zip(parts, words, strict=True):
        wrong = part.wrong(text)
        if wrong is not None:
            yield wrong
