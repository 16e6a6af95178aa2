"""One planted line for every family of ruff rules that pyproject.toml selects."""

from tests.house.planting import Trespass

PLANTED = "apps/core/planted.py"
BRANCHES = "\n".join(f"    if number == {one}:\n        number += {one}" for one in range(14))
RETURNS = "\n".join(f"    if number == {one}:\n        return {one}" for one in range(8))
STATEMENTS = "\n".join("    number += 1" for _ in range(42))


def ruff(rule: str, law: str, text: str, path: str = PLANTED) -> Trespass:
    return Trespass(law=law, check=f"ruff:{rule}", path=path, write=text)


RUFF = (
    ruff("E711", "None is compared by identity", "A = 1\nB = A == None\n"),
    ruff("W605", "no invalid escapes", 'A = "\\d"\n'),
    ruff("F401", "no unused imports", "import json\n"),
    ruff("I001", "imports are sorted", "import re\nimport json\n\nA = (re, json)\n"),
    ruff("UP006", "modern syntax", "from typing import List\n\nA: List[int] = []\n"),
    ruff("A001", "builtins keep their names", "list = 1\n"),
    ruff("B006", "no mutable defaults", "def plant(a: list[int] = []) -> None:\n    a.append(1)\n"),
    ruff("BLE001", "no blind except", "def plant() -> None:\n    try:\n        print\n    except Exception:\n        return\n"),
    ruff("RET505", "straight lines", "def plant(a: int) -> int:\n    if a:\n        return 1\n    else:\n        return 2\n"),
    ruff("SIM108", "the short form", "A = 1\nif A:\n    B = 1\nelse:\n    B = 2\n"),
    ruff("ANN001", "every argument is annotated", "def plant(a) -> None:\n    a.go()\n"),
    ruff("ANN201", "every result is annotated", "def plant(a: int):\n    return a\n"),
    ruff("PYI016", "types say it once", "A: int | int = 1\n"),
    ruff("PGH003", "no blanket ignores", "A = 1  # type: " + "ignore\n"),
    ruff("DJ001", "no nullable strings", "from django.db import models\n\n\nclass Plant(models.Model):\n    a = models.CharField(null=True)\n\n    def __str__(self) -> str:\n        return str(self.a)\n"),
    ruff("DTZ005", "no naive times", "from datetime import datetime\n\nA = datetime.now()\n"),
    ruff("ASYNC251", "nothing blocks in async", "import time\n\n\nasync def plant() -> None:\n    time.sleep(1)\n"),
    ruff("S608", "no SQL by pasting", 'A = "x"\nB = f"SELECT * FROM t WHERE a = {A}"\n'),
    ruff("C401", "comprehensions, directly", "A = set(one for one in (1, 2))\n"),
    ruff("PERF401", "no needless loops", "def plant(a: list[int]) -> list[int]:\n    b = []\n    for c in a:\n        b.append(c + 1)\n    return b\n"),
    ruff("FURB188", "the direct way", 'def plant(a: str) -> str:\n    if a.startswith("x"):\n        a = a[1:]\n    return a\n'),
    ruff("PTH110", "paths are Path", "import os.path\n\nA = os.path.exists('a')\n"),
    ruff("G004", "logs take fields", 'import logging\n\nlogging.getLogger(__name__).info(f"a {1}")\n'),
    ruff("LOG009", "log levels by their names", "import logging\n\nA = logging.WARN\n"),
    ruff("T100", "no debugger", "breakpoint()\n"),
    ruff("T201", "no print", 'print("a")\n'),
    ruff("N801", "classes are CapWords", "class plant:\n    pass\n"),
    ruff("ERA001", "no commented-out code", "A = 1\n# B = A + 1\n"),
    ruff("RUF100", "no needless escape", "A = 1  # no" + "qa: E711\n"),
    ruff("RSE102", "raise without brackets", "def plant() -> None:\n    raise ValueError()\n"),
    ruff("PT006", "parameters as tuples", 'import pytest\n\n\n@pytest.mark.parametrize("a,b", [(1, 1)])\ndef test_planted(a: int, b: int) -> None:\n    assert a == b\n', "tests/house/test_planted.py"),
    ruff("FBT001", "no boolean positionals", "def plant(a: bool) -> bool:\n    return a\n"),
    ruff("SLF001", "privates stay private", "import re\n\nA = re._compile\n"),
    ruff("TID252", "no relative imports", "from . import ids\n\nA = ids\n"),
    ruff("C901", "few paths through a function", f"def plant(number: int) -> int:\n{BRANCHES}\n    return number\n"),
    ruff("PLR0911", "few returns", f"def plant(number: int) -> int:\n{RETURNS}\n    return number\n"),
    ruff("PLR0912", "few branches", f"def plant(number: int) -> int:\n{BRANCHES}\n    return number\n"),
    ruff("PLR0913", "few arguments", "def plant(a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> int:\n    return a + b + c + d + e + f + g\n"),
    ruff("PLR0915", "few statements", f"def plant(number: int) -> int:\n{STATEMENTS}\n    return number\n"),
    ruff("PLC0208", "iterate over tuples", "A = [one for one in {1, 2}]\n"),
    ruff("PLE0101", "no returns from __init__", "class Plant:\n    def __init__(self) -> None:\n        return 1\n"),
    ruff("PLW0603", "no global state", "A = 1\n\n\ndef plant() -> None:\n    global A\n    A = 2\n"),
    ruff("TRY002", "failures have a class", 'def plant() -> None:\n    raise Exception("a")\n'),
    ruff("TRY201", "raise, plainly", "def plant(a: str) -> int:\n    try:\n        return int(a)\n    except ValueError as reason:\n        raise reason\n"),
    ruff("TRY400", "exceptions are logged whole", 'import logging\n\nLOG = logging.getLogger(__name__)\n\n\ndef plant(a: str) -> int:\n    try:\n        return int(a)\n    except ValueError:\n        LOG.error("a")\n        return 0\n'),
    ruff("D205", "docstrings have a first line", 'def plant() -> int:\n    """Return one\n    and nothing else.\n    """\n    return 1\n'),
)  # fmt: skip
