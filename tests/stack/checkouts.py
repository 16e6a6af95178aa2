"""Copies of this checkout to start and to kill, and what is asked of them."""

import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from gorax.stack import places
from gorax.stack.checkout import ROOT
from tests.eventually import eventually

READY_WITHIN_S = 100
# A start without a screen to build; the screen has tests of its own.
LEFT_OUT = ("frontend/", "tests/", "docs/")


class Copy:
    """One checkout with a web port of its own, run as `user` (root's choice) or as this user.

    `variables` are set beside, or instead of, the few that every start gets.
    """

    def __init__(
        self,
        folder: Path,
        *,
        user: pwd.struct_passwd | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.variables = dict(variables or {})
        self.port = free_ports()
        self.user = user
        self.output = folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        copy_sources(folder)
        self.python = _interpreter(folder, user)
        if user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def start(self, *, port: int | None = None) -> subprocess.Popen[bytes]:
        """Do what `make up` does, without waiting for it."""
        with self.output.open("ab") as output:
            self._process = self._run(["up"], port=port or self.port, stdout=output, stderr=output)
        return self._process

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run another command of the stack to its end; return its exit code and output."""
        process = self._run(
            list(arguments), port=self.port, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = process.communicate(timeout=READY_WITHIN_S)
        return process.returncode, said.decode()

    def wait_until_ready(self) -> None:
        assert self._process is not None
        running = self._process
        assert eventually(
            lambda: "gorax is ready" in self.said() or running.poll() is not None,
            within_s=READY_WITHIN_S,
        ), self.said()
        assert running.poll() is None, self.said()
        assert self.is_ready()

    def is_ready(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/readyz", headers={"Host": f"localhost:{self.port}"})
                return connection.getresponse().status == 200
            except OSError:
                return False

    def get(self, path: str, facts: dict[str, str]) -> dict[str, object]:
        """Return what the demo tenant's API answers."""
        headers = {"Host": f"{facts['host']}", "Authorization": f"Bearer {facts['api_key']}"}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers=headers)
            return json.loads(connection.getresponse().read())

    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def forget_output(self) -> None:
        self.output.write_text("")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(READY_WITHIN_S)

    def recorded(self, name: str) -> int:
        """Return the process id of one of its programs."""
        below = "servers" if name in {"postgres", "redis"} else "run"
        return json.loads((self.folder / ".gorax" / below / f"{name}.pid").read_text())["pid"]

    def processes(self) -> list[str]:
        """Return the command lines of everything that runs in or for this checkout."""
        found = []
        servers = (self.folder / ".gorax" / "servers").resolve()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    here = (entry / "cwd").readlink()
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue
                if here.is_relative_to(self.folder) or here.is_relative_to(servers):
                    found.append(command)
        return found

    def remove(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(READY_WITHIN_S)
        places.remove(self.folder / ".gorax" / "servers")
        shutil.rmtree(self.folder)

    def _run(
        self, arguments: list[str], *, port: int, **streams: object
    ) -> subprocess.Popen[bytes]:
        user = self.user
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            # For a copied interpreter whose library lies beside it; elsewhere nothing is there.
            "LD_LIBRARY_PATH": str(self.folder.with_suffix(".python") / "lib"),
            "GORAX_PORT": str(port),
        } | self.variables
        return subprocess.Popen(
            [str(self.python), "-m", "gorax.stack", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            **streams,
        )


def free_ports() -> int:
    """Return a port that is free together with the two above it."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port


def copy_sources(folder: Path, *, left_out: tuple[str, ...] = LEFT_OUT) -> None:
    """Copy what git tracks or would track, but for paths that start with one of `left_out`.

    What Python has compiled here goes along: each copy's first process would take seconds to compile it anew.
    """
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listing.stdout.decode().split("\0"):
        if name and not name.startswith(left_out) and (ROOT / name).is_file():
            copy_file(name, folder)
            if name.endswith(".py"):
                compiled = importlib.util.cache_from_source(name)
                if (ROOT / compiled).is_file():
                    copy_file(compiled, folder)


def copy_file(name: str, folder: Path) -> None:
    """Copy one file of this checkout, with its times: by them Python knows what is compiled from what."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / name, folder / name)


def link_packages(folder: Path) -> Path:
    """Let the copy use this checkout's packages; return its interpreter."""
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    return folder / ".venv" / "bin" / "python"


def _interpreter(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Make a `.venv` in the copy with the packages of this one, for an interpreter the user may run."""
    if user is None:
        return link_packages(folder)
    base = _base(folder, user)
    subprocess.run([str(base), "-m", "venv", "--without-pip", str(folder / ".venv")], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    own = folder / ".venv" / "lib" / version / "site-packages"
    (own / "shared.pth").write_text(f"{_packages(folder, user)}\n")
    return folder / ".venv" / "bin" / "python"


def _base(folder: Path, user: pwd.struct_passwd) -> Path:
    """Return this very interpreter where the user may run it; root's own may lie out of reach."""
    own = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    if places._can(user.pw_uid, user.pw_gid, own, os.X_OK):
        return own
    ignored = shutil.ignore_patterns("test", "tests", "*.a", "site-packages")
    return _linked(Path(sys.base_prefix), folder.with_suffix(".python"), ignored) / "bin" / own.name


def _packages(folder: Path, user: pwd.struct_passwd) -> Path:
    packages = Path(sysconfig.get_path("purelib"))
    if places._can(user.pw_uid, user.pw_gid, packages, os.R_OK | os.X_OK):
        return packages
    return _linked(packages, folder.with_suffix(".packages"), None)


def _linked(
    source: Path, target: Path, ignored: Callable[[str, list[str]], set[str]] | None
) -> Path:
    def link(original: str, name: str) -> str:
        try:
            os.link(original, name)
        except OSError:
            shutil.copy2(original, name)
        return name

    shutil.copytree(source, target, symlinks=True, ignore=ignored, copy_function=link)
    return target
