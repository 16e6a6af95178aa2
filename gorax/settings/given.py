"""Variables as they were given, and the checks that turn their texts into values."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from apps.core import addresses, origins
from apps.core.addresses import Network

Number = TypeVar("Number", int, float)

PRICE_PARTS = ("input", "output", "cached_input")
SHORTEST_SECRET_KEY = 32  # RFC 7518 3.2: an HS256 key has at least as many bits as the hash


class EnvironmentError_(Exception):  # noqa: N801, N818 - the trailing underscore keeps OSError's alias free
    """A variable is missing or malformed; the message starts with its name."""


class Given:
    """The variables as they were given, with the checks that turn them into values."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self._source = source

    def text(self, name: str, default: str | None = None) -> str:
        file_name = self._source.get(f"{name}_FILE", "")
        if file_name:
            try:
                return Path(file_name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as reason:
                raise EnvironmentError_(
                    f"{name}_FILE: cannot read {file_name} ({reason})."
                ) from reason
        # Compose files and shells hand over an empty text for what was not set.
        value = self._source.get(name, "") or default
        if value is None:
            raise EnvironmentError_(
                f"{name}: not set. `make up` sets it; elsewhere see docs/reference/settings.md."
            )
        return value

    def path(self, name: str) -> str:
        """Return the file that a value was given by, for what is written anew while we run; empty: by itself."""
        return self._source.get(f"{name}_FILE", "")

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < SHORTEST_SECRET_KEY:
            raise EnvironmentError_(f"{name}: shorter than {SHORTEST_SECRET_KEY} characters.")
        return value

    def number(
        self,
        name: str,
        default: Number,
        parse: Callable[[str], Number],
        *,
        least: float,
        most: float = float("inf"),
    ) -> Number:
        raw = self.text(name, "")
        if not raw:
            return default
        try:
            value = parse(raw)
        except ValueError as reason:
            raise EnvironmentError_(f"{name}: {raw!r} is not a number.") from reason
        # Written so that NaN, which is neither, is refused.
        if not least <= value <= most:
            raise EnvironmentError_(f"{name}: {raw} is not between {least:g} and {most:g}.")
        return value

    def flag(self, name: str) -> bool:
        raw = self.text(name, "0")
        if raw not in {"0", "1"}:
            raise EnvironmentError_(f"{name}: {raw!r} is neither 0 nor 1.")
        return raw == "1"

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, choices[0])
        if value not in choices:
            raise EnvironmentError_(f"{name}: {value!r} is none of {', '.join(choices)}.")
        return value

    def choices(self, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Return some of `choices`, all of them unless said otherwise; the word `none` is none of them."""
        names = [text.strip() for text in self.text(name, ",".join(choices)).split(",")]
        if names == ["none"]:
            return ()
        for odd in (text for text in names if text not in choices):
            raise EnvironmentError_(f"{name}: {odd!r} is none of {', '.join(choices)}.")
        return tuple(choice for choice in choices if choice in names)

    def origins(self, name: str) -> tuple[str, ...]:
        """Return origins as browsers write them, divided by commas."""
        found = tuple(filter(None, (text.strip() for text in self.text(name, "").split(","))))
        for odd in (text for text in found if not origins.is_origin(text)):
            raise EnvironmentError_(
                f"{name}: {odd!r} is no origin, such as https://app.example.com."
            )
        return found

    def tokens(self, name: str, default: str) -> tuple[str, ...]:
        """Return names of headers, divided by commas."""
        found = tuple(text.strip() for text in self.text(name, default).split(","))
        for odd in (text for text in found if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", text)):
            raise EnvironmentError_(f"{name}: {odd!r} is no name of a header.")
        return found

    def prices(self, name: str) -> dict[str, dict[str, float]]:
        """Return prices by model: dollars for a million tokens of input, output and cached_input."""
        try:
            table = json.loads(self.text(name, "{}"))
            found = {model: dict(price) for model, price in table.items()}
        except (ValueError, TypeError, AttributeError) as reason:
            raise EnvironmentError_(f"{name}: not a JSON object of prices by model.") from reason
        for model, price in found.items():
            for part, dollars in price.items():
                is_number = isinstance(dollars, int | float) and not isinstance(dollars, bool)
                if part not in PRICE_PARTS or not is_number or not 0 <= dollars < float("inf"):
                    raise EnvironmentError_(
                        f"{name}: {model!r} needs numbers for {', '.join(PRICE_PARTS)} only."
                    )
        return found

    def networks(self, name: str) -> tuple[Network, ...]:
        found: list[Network] = []
        for text in self.text(name, "").split(","):
            try:
                found += addresses.networks([text])
            except ValueError as reason:
                raise EnvironmentError_(
                    f"{name}: {text.strip()!r} is neither an address nor a network, such as 10.0.0.0/8."
                ) from reason
        return tuple(found)

    def url(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as reason:
            # Without the reason's text: it repeats the URL, which may hold a password.
            raise EnvironmentError_(f"{name}: not a URL.") from reason
        if parts.scheme not in schemes:
            raise EnvironmentError_(
                f"{name}: expected a URL starting with {' or '.join(s + '://' for s in schemes)}."
            )
        return value
