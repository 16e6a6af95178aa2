"""The escape set: what a language must keep out on this machine before anybody's script runs in it.

Three looks: plain Python inside the walls tries to get out (probe.py), scripts try to reach what their interpreter
must not have, and each limit is run into. A look that finds nothing also has to see a harmless script succeed.
"""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.adapters.code.words import Reply, Task

MEMORY_BYTES = 64 * 1024 * 1024

# What every script can do: an attempt that proves the others were made.
CONTROL = "1 + 1"
# Each is an expression that must fail or be undefined; what it gives otherwise is named.
_JAVASCRIPT_NAMES = [
    "require",
    "module",
    "exports",
    "process",
    "Buffer",
    "global",
    "globalThis",
    "window",
    "self",
    "document",
    "location",
    "navigator",
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "Worker",
    "Deno",
    "Bun",
    "std",
    "os",
    "load",
    "read",
    "readFile",
    "print",
    "importScripts",
    "eval",
    "Function",
    "WebAssembly",
    "SharedArrayBuffer",
    "Atomics",
    "setTimeout",
    "__timer_manager",
    "py",
    "python",
]
_JAVASCRIPT_CHAINS = (
    CONTROL,
    "(() => {}).constructor('return 1')()",
    "(async () => {}).constructor('return 1')()",
    "(function* () {}).constructor('return 1')()",
    "ctx.constructor.constructor('return 1')()",
    "[].map.constructor('return 1')()",
    "console.log.constructor('return 1')()",
    "new (Object.getPrototypeOf(async function () {}).constructor)('return 1')()",
    "Reflect.construct(console.log.constructor, ['return 1'])()",
    "this.process || this.require || this.Deno",
    "console.log.caller || console.log.arguments",
)
JAVASCRIPT = """
const found = [];
for (const [name, attempt] of [ATTEMPTS]) {
  try { const got = attempt.call(undefined); if (got !== undefined) found.push(name); } catch {}
}
try { await import("fs"); found.push("import"); } catch {}
return found;
""".replace(
    "ATTEMPTS",
    ", ".join(
        [
            f'[{json.dumps(name)}, () => typeof {name} === "undefined" ? undefined : {name}]'
            for name in _JAVASCRIPT_NAMES
        ]
        + [f"[{json.dumps(chain)}, () => {chain}]" for chain in _JAVASCRIPT_CHAINS]
    ),
)

_PYTHON_ATTEMPTS = (
    CONTROL,
    "__import__('os')",
    "open('/etc/passwd').read()",
    "open('/proc/self/environ').read()",
    "globals()['__builtins__']",
    "().__class__.__mro__[-1].__subclasses__()",
    "''.__class__.__base__",
    "'{0.__class__}'.format(1)",
    "(lambda: 1).__globals__",
    "(lambda: 1).__code__",
    "ctx.__class__.__init__.__globals__",
    "ctx.__init__.__func__.__globals__",
    "breakpoint()",
    "input()",
    "compile('1', '', 'eval')",
    "vars()['__builtins__']",
)
_PYTHON_PROGRAMS = (
    f"found = {CONTROL}",
    "import os\nfound = dict(os.environ)",
    "import os\nfound = os.listdir('/')",
    "import os\nfound = os.system('true')",
    "import os\nfound = os.fork()",
    "import os\nfound = os.kill(1, 0)",
    "import sys\nfound = sys._getframe()",
    "import sys\nfound = sys.modules['os']",
    "import ctypes\nfound = ctypes",
    "import socket\nfound = socket",
    "import subprocess\nfound = subprocess",
    "import urllib.request\nfound = urllib",
    "import importlib\nfound = importlib",
    "import gc\nfound = gc.get_objects()",
    "import inspect\nfound = inspect.stack()",
    "import pathlib\nfound = pathlib.Path('/etc/passwd').read_text()",
    "try:\n    1 / 0\nexcept Exception as error:\n    found = error.__traceback__.tb_frame",
)
PYTHON = f"""
reached = []
for attempt in {list(_PYTHON_ATTEMPTS)!r}:
    try:
        eval(attempt)
        reached.append(attempt)
    except Exception:
        pass
for attempt in {list(_PYTHON_PROGRAMS)!r}:
    try:
        exec(attempt)
        reached.append(attempt)
    except Exception:
        pass
return reached
"""

SCRIPTS = {"javascript": JAVASCRIPT, "python": PYTHON}
# What of them must succeed, and alone.
REACHED = {"javascript": [CONTROL], "python": [CONTROL, f"found = {CONTROL}"]}
ENDLESS = {"javascript": "while (true);", "python": "while True:\n    pass"}
GREEDY = {
    "javascript": "const all = []; while (true) all.push(new Array(100000).fill(all.length));",
    "python": "all = []\nwhile True:\n    all.append([len(all)] * 100000)",
}
HARMLESS = "return 6 * 7"

Do = Callable[[Task], Reply]


def found(language: str, do: Do) -> str:
    """Return what does not hold, in words; empty: everything does."""
    said = do(Task("run", HARMLESS, timeout_s=5.0, memory_bytes=MEMORY_BYTES, most_bytes=100))
    if said.fault is not None and said.fault["code"] == "code_unavailable":
        return str(said.fault["message"])
    if said.value != "42":
        return f"a harmless script fails ({_why(said)})"
    return _breaches(do) or _reached(language, do) or _unbounded(language, do)


def _breaches(do: Do) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening, _bait() as bait:
        targets = {"pid": os.getpid(), "port": listening.getsockname()[1], "file": str(bait)}
        said = do(Task("probe", targets=targets, timeout_s=10.0, memory_bytes=MEMORY_BYTES))
    if said.fault is not None:
        return f"its walls cannot be tried ({_why(said)})"
    return (
        f"its walls do not hold: a process inside {', '.join(said.breaches)}"
        if said.breaches
        else ""
    )


@contextmanager
def _bait() -> Iterator[Path]:
    """A file that anybody may read and write; a worker that may write none offers one of its own."""
    try:
        folder = Path(tempfile.mkdtemp())
    except OSError:
        yield Path(__file__)
        return
    try:
        folder.chmod(0o777)
        bait = folder / "bait"
        bait.write_bytes(b"x")
        bait.chmod(0o666)
        yield bait
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reached(language: str, do: Do) -> str:
    task = Task(
        "run", SCRIPTS[language], timeout_s=5.0, memory_bytes=MEMORY_BYTES, most_bytes=10_000
    )
    said = do(task)
    if said.fault is not None:
        return f"the escape set cannot be run ({_why(said)})"
    return "" if json.loads(said.value) == REACHED[language] else f"scripts reach {said.value}"


def _unbounded(language: str, do: Do) -> str:
    said = do(Task("run", ENDLESS[language], timeout_s=0.1, memory_bytes=MEMORY_BYTES))
    if _why(said) != "code_timeout":
        return f"a script without an end is not ended ({_why(said)})"
    said = do(Task("run", GREEDY[language], timeout_s=10.0, memory_bytes=MEMORY_BYTES))
    if _why(said) != "out_of_memory":
        return f"a script that takes all memory is not ended ({_why(said)})"
    return ""


def _why(said: Reply) -> str:
    return str(said.fault["code"]) if said.fault is not None else "no failure"
