"""A product of its own to ask; with one rule of it broken, if that is wanted."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.product import Product
from tests.stack.checkouts import Copy

# The screen's page, without the screen: building it takes longer than all that is asked here.
SCREEN = '{"src/main.tsx": {"file": "assets/main.js", "src": "src/main.tsx", "isEntry": true}}'


@dataclass(frozen=True, slots=True)
class Plant:
    """`old` in `file` becomes `new`; the fuzzer must then speak of `is_seen_as`."""

    name: str
    file: str
    old: str
    new: str
    is_seen_as: str


PLANTS = (
    Plant(
        "depth is not counted",
        "apps/core/strict_json.py",
        "    _refuse_depth(raw, max_depth)\n",
        "",
        "status 500",
    ),
    Plant(
        "characters that cannot be stored are let through",
        "apps/core/strict_json.py",
        "    if _SUSPECT.search(text):\n        _refuse_unstorable(value)\n    return value",
        "    return value",
        "status 500",
    ),
    Plant(
        "a garbled cursor is believed",
        "apps/core/api/pagination.py",
        "    except (binascii.Error, ValueError):",
        "    except ZeroDivisionError:",
        "status 500",
    ),
    Plant(
        "a refusal is a page",
        "apps/core/api/errors.py",
        "    return plain_response(errors.NotFoundError",
        "    from django.http import HttpResponseNotFound\n    return HttpResponseNotFound()\n"
        "    return plain_response(errors.NotFoundError",
        "a refusal as",
    ),
    Plant(
        "faults are shown",
        "gorax/settings/base.py",
        "\nDEBUG = False\n",
        "\nDEBUG = True\n",
        "no content-security-policy",
    ),
    Plant(
        "answers without protection",
        "apps/core/api/middleware.py",
        "        for name, value in PROTECTION.items():\n            response.setdefault(name, value)\n",
        "",
        "no permissions-policy",
    ),
)


@contextmanager
def running(plant: Plant | None = None) -> Iterator[Product]:
    """Yield a product that is ready: a copy of this checkout on free ports, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gorax-fuzz-"))
    folder.chmod(0o755)  # as root, the servers' user must pass through
    copy = Copy(folder / "c")
    screen = copy.folder / "static" / "editor" / "manifest.json"
    screen.parent.mkdir(parents=True)
    screen.write_text(SCREEN, encoding="utf-8")
    try:
        if plant is not None:
            file = copy.folder / plant.file
            text = file.read_text(encoding="utf-8")
            assert plant.old in text, f"{plant.name}: {plant.file} has changed"
            file.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
        copy.start()
        copy.wait_until_ready()
        yield Product(copy)
    finally:
        copy.remove()
        shutil.rmtree(folder)
