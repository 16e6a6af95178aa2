"""What a person reads: the stack's own lines, the supervisor's in our words, and the summary."""

import json
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from gorax.settings.environment import Environment
from gorax.stack.checkout import Checkout

TAG = f"{'stack':<10}"
# supervisord's own lines; all others come from our programs, which tag theirs.
SUPERVISOR_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ (\w+) (.*)$")
UNINTERESTING = (
    "Set uid to user",
    "received SIGTERM",
    "received SIGINT",
    "stopped:",
    "waiting for",
)
EXITED = re.compile(r"exited: (\S+) \((.*); not expected\)")


def say(text: str) -> None:
    """Print one line of the stack itself."""
    print(f"{time.strftime('%H:%M:%S')} {_colored(TAG, 37)} {text}", flush=True)


def log_format() -> str:
    """Return the log format for children whose output comes here."""
    return "color" if _has_color() else "text"


def copy_lines(source: IO[bytes]) -> threading.Thread:
    """Copy the programs' lines to the terminal until the last of them ends; returns the thread."""

    def copy() -> None:
        for raw in source:
            line = _in_our_words(raw.decode("utf-8", "replace").rstrip("\n"))
            if line is None:
                continue
            try:
                print(line, flush=True)
            except OSError:
                # The terminal is gone; go on reading, or the programs would block.
                sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open until the end

    thread = threading.Thread(target=copy, name="terminal", daemon=True)
    thread.start()
    return thread


def summary(checkout: Checkout, env: Environment, *, took_s: float) -> str:
    """Return what `make up` prints when everything answers."""
    facts = checkout.facts()
    lines = ["", f"gorax is ready ({took_s:.0f} s)", ""]
    if facts:
        lines += _facts(facts)
        lines += ["", *_curl(facts, env), ""]
        lines += [
            f"  The same facts, for programs   {checkout.facts_file.relative_to(checkout.root)}"
        ]
    else:
        lines += [f"  Public host    http://{env.single_host or env.public_host}:{env.port}"]
    lines += [
        f"  Back up        the database, {_files(checkout, env)}, and {_shown(checkout, env.kek_file)}: without that"
        " key no stored secret opens",
        "  Stop           Ctrl-C, or `make down` elsewhere; the data stays",
        "",
    ]
    return "\n".join(lines)


def _facts(facts: dict[str, Any]) -> list[str]:
    is_one_host = facts["public_url"] == facts["base_url"]
    return [
        f"  Tenant         {facts['base_url']}",
        f"    owner        {facts['email']}  {facts['password']}",
        f"    API key      {facts['api_key']}",
        f"    webhook      {facts['webhook_url']}",
        *([] if is_one_host else [f"  Public host    {facts['public_url']}"]),
        f"    operator     {facts['operator_email']}  {facts['operator_password']}  (at /admin/, after two-step sign-in is set up at /account)",
        f"  Live updates   {facts['live_url']}",
        f"  Receiver       {facts['receiver_url']}/requests",
    ]


def _curl(facts: dict[str, Any], env: Environment) -> list[str]:
    """Return a signed delivery to paste. It names the host itself, as not every machine resolves it."""
    import hashlib
    import hmac
    from urllib.parse import urlsplit

    body = json.dumps(
        {"ref": "refs/heads/main", "after": "0" * 40, "commits": []}, separators=(",", ":")
    )
    secret = facts["webhook_secret"].encode()
    signature = hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()
    parts = urlsplit(facts["webhook_url"])
    return [
        "  A signed GitHub push, to paste:",
        "",
        f"curl -i http://127.0.0.1:{env.port}{parts.path} \\",
        f"  -H 'Host: {parts.netloc}' -H 'Content-Type: application/json' \\",
        "  -H 'X-GitHub-Event: push' -H \"X-GitHub-Delivery: $(cat /proc/sys/kernel/random/uuid)\" \\",
        f"  -H 'X-Hub-Signature-256: sha256={signature}' \\",
        f"  -d '{body}'",
    ]


def _files(checkout: Checkout, env: Environment) -> str:
    is_bucket = env.blobs.kind == "s3"
    return f"the bucket {env.blobs.bucket}" if is_bucket else _shown(checkout, env.blobs.folder)


def _shown(checkout: Checkout, path: Path) -> str:
    is_inside = path.is_relative_to(checkout.root)
    return str(path.relative_to(checkout.root) if is_inside else path)


def _in_our_words(line: str) -> str | None:
    found = SUPERVISOR_LINE.match(line)
    if found is None:
        return line
    level, text = found.groups()
    if text.startswith(UNINTERESTING):
        return None
    exited = EXITED.match(text)
    if exited:
        text = f"{exited[1]} ended by itself ({exited[2]}); it is started again"
    return f"{time.strftime('%H:%M:%S')} {_colored(TAG, 37)} {_colored(level, 33)} {text}"


def _has_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _colored(text: str, code: int) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if _has_color() else text
