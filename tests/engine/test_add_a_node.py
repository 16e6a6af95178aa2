"""The how-to is true: its commands, run word for word in a copy, add a node."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "add-a-node.md"


def test_the_commands_of_the_how_to_add_a_node(tmp_path: Path) -> None:
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "__init__.py").touch()
    for name in ("engine", "nodes"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "apps" / name, tmp_path / "apps" / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    blocks = re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)

    done = subprocess.run(
        ["/bin/sh", "-euc", "\n".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
    assert done.stdout.splitlines()[-2:] == ["Slug", "{'slug': 'hello-world'}"]
    assert not (ROOT / "apps" / "nodes" / "action_slug").exists()
