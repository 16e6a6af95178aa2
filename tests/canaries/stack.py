"""The processes of the product as it starts them, each with a log of its own, and its secrets in files."""

import base64
import os
import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from gorax.settings import environment
from gorax.stack import roles
from gorax.stack.checkout import ROOT, write_private
from tests.canaries.forms import Hoard
from tests.eventually import eventually

# Two failures with a traceback: with an opened credential in reach, and with a delivery in reach.
WORKER_FAILS, WEB_FAILS = "step.after_effect:raise:2", "accept.before_insert:raise:2"
PLANT = "from sys import argv; from prometheus_client import Gauge; Gauge('planted', '.', ['word']).labels(argv[1]).set(1)"


@dataclass(frozen=True)
class Outside:
    """Where error reports go, whom to trust, and who takes the platform's own trail."""

    dsn: str
    trusted: Path
    takes_the_trail: str


class Stack:
    """Web, sockets, a worker and the dispatcher with beat, all of them talkative."""

    def __init__(self, folder: Path, outside: Outside, hoard: Hoard, undo: ExitStack) -> None:
        self.folder = folder
        self.mail, self.blobs = folder / "mail", folder / "blobs"
        self.port, self.live_port = free_port(), free_port()
        self.metrics_token = hoard.canary("token of the metrics", signs="")
        self.processes: dict[str, int] = {}
        self._undo = undo
        self.given = self._environment(outside, hoard)
        env = environment.read(self.given)
        self._start("web", roles.web(env), GORAX_FAILPOINTS=WEB_FAILS)
        self._start("live", roles.live(env))
        self._start("worker", roles.worker(env), GORAX_FAILPOINTS=WORKER_FAILS)
        self._start("dispatcher", roles.dispatcher())

    def _environment(self, outside: Outside, hoard: Hoard) -> dict[str, str]:
        secret_key = os.environ["GORAX_SECRET_KEY"]
        kek = Path(os.environ["GORAX_KEK_PATH"]).read_text(encoding="utf-8").strip()
        hoard.learn("key of the installation", kek)
        hoard.learn("key that signs", secret_key)
        signing = secrets.token_bytes(32)
        drawn = base64.b64encode(signing).decode()
        hoard.learn("secret of the platform's stream", drawn, signing)
        held = {
            "GORAX_SECRET_KEY": secret_key,
            "GORAX_METRICS_TOKEN": self.metrics_token,
            "GORAX_AUDIT_STREAM_SECRET": f"whsec_{drawn}",
        }
        files = {f"{name}_FILE": self.folder / name.lower() for name in held}
        for file, text in zip(files.values(), held.values(), strict=True):
            write_private(file, text)
        inherited = {name: text for name, text in os.environ.items() if name not in held}
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # each process would compile everything anew
        (self.folder / "metrics").mkdir()
        return (
            inherited
            | {name: str(file) for name, file in files.items()}
            | {
                "DJANGO_SETTINGS_MODULE": "gorax.settings.local",
                "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
                "GORAX_MAIL_DIR": str(self.mail),
                "GORAX_BLOBS_DIR": str(self.blobs),
                "GORAX_SENTRY_DSN": outside.dsn,
                "GORAX_AUDIT_STREAM_URL": outside.takes_the_trail,
                "SSL_CERT_FILE": str(outside.trusted),
                # Seen wherever a process says which one it is, and in its environment.
                "GORAX_RELEASE": hoard.canaries["word"],
                "GORAX_PORT": str(self.port),
                "GORAX_LIVE_PORT": str(self.live_port),
                "GORAX_LOG_FORMAT": "json",
                "GORAX_POOL_MAX": "6",
                "GORAX_LEASE_S": "2",
                "GORAX_RENEW_S": "0.6",
                "GORAX_SWEEP_S": "0.3",
            }
        )

    def _start(self, name: str, command: tuple[str, ...], **more: str) -> None:
        variables = self.given | {"GORAX_ROLE": f"{name} {self.given['GORAX_RELEASE']}"} | more
        with self.log(name).open("ab") as log:
            started = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=log, stderr=log)
        self._undo.callback(_ended, started)
        self.processes[name] = started.pid

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def wait_until_ready(self) -> None:
        is_ready = eventually(lambda: is_open(self.port) and is_open(self.live_port), within_s=90)
        assert is_ready, self.log("web").read_text(errors="replace")[-2000:]

    def can_leave_a_core(self) -> list[str]:
        """Return the names of the processes, children too, that could be written to disk if they crash, whole."""
        started = [psutil.Process(each) for each in self.processes.values()]
        family = [each for one in started for each in (one, *one.children(recursive=True))]
        return [each.name() for each in family if each.rlimit(psutil.RLIMIT_CORE) != (0, 0)]

    def plant(self, word: str) -> None:
        """Say a word where no user's word ever comes: in a figure, on a command line, and by what writes the logs."""
        for process_id in self.processes.values():
            with Path(f"/proc/{process_id}/fd/2").open("a") as said:
                said.write(f"{word}\n")
        subprocess.run([sys.executable, "-c", PLANT, word], env=self.given, check=True)
        idle = [sys.executable, "-S", "-c", "import sys; sys.stdin.read()", word]
        planted = subprocess.Popen(idle, stdin=subprocess.PIPE, env={})
        self._undo.callback(_ended, planted)
        self.processes["planted"] = planted.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if process.stdin:
        process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
        return
    process.kill()
    process.wait()
