"""Where the published form of the API lies, and how it is made anew."""

import json
import re
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("openapi.json")


class UndescribedError(Exception):
    """What the generator could not describe."""


def generated() -> dict[str, Any]:
    """Return the OpenAPI document as the code says it today; routes of both kinds of host.

    Raises:
        UndescribedError: something of it was guessed or left out, which the generator would only print.
    """
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    GENERATOR_STATS.reset()
    document = SchemaGenerator(urlconf="gorax.urls_single").get_schema(public=True)
    if GENERATOR_STATS:
        said = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
        raise UndescribedError("\n".join(said))
    return json.loads(json.dumps(document, default=str))


def written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (method, path, operation) of everything that can be called."""
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if re.fullmatch("get|put|post|patch|delete", method)
    ]


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.test")
    django.setup()
    SNAPSHOT.write_text(written(generated()), encoding="utf-8")


if __name__ == "__main__":
    main()
