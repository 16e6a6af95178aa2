import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from gorax.stack import screen
from gorax.stack.checkout import Checkout
from gorax.stack.places import StackError

pytestmark = pytest.mark.stack

# A screen in small: it has a lock file, and its build writes what ours writes.
BUILD = "node -e \"const fs = require('fs'); fs.mkdirSync('../static/editor', {recursive: true}); fs.writeFileSync('../static/editor/manifest.json', fs.readFileSync('src/main.tsx')); fs.appendFileSync('../builds', 'x')\""

CHECK = "node -e \"const text = require('fs').readFileSync('src/main.tsx', 'utf8'); console.log('read', text); process.exitCode = text === 'wrong' ? 1 : 0\""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "src" / "main.tsx").write_text("first")
    scripts = {"build": BUILD, "check": CHECK}
    package = {"name": "small", "version": "1.0.0", "private": True, "scripts": scripts}
    (frontend / "package.json").write_text(json.dumps(package))
    lock = {
        "name": "small",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"name": "small"}},
    }
    (frontend / "package-lock.json").write_text(json.dumps(lock))
    return Checkout(tmp_path)


def builds(checkout: Checkout) -> int:
    counted = checkout.root / "builds"
    return len(counted.read_text()) if counted.exists() else 0


def test_the_screen_is_built_once_and_again_only_when_a_source_changed(checkout: Checkout) -> None:
    assert screen.build(checkout) is True
    assert screen.build(checkout) is False
    assert builds(checkout) == 1

    (checkout.root / "frontend" / "src" / "main.tsx").write_text("second")

    assert screen.build(checkout) is True
    assert (checkout.root / "static/editor/manifest.json").read_text() == "second"
    assert builds(checkout) == 2


def test_a_build_that_was_deleted_is_made_again(checkout: Checkout) -> None:
    screen.build(checkout)
    shutil.rmtree(checkout.root / "static")

    assert screen.build(checkout) is True
    assert (checkout.root / "static/editor/manifest.json").exists()


def test_what_a_build_leaves_beside_the_sources_is_no_source(checkout: Checkout) -> None:
    screen.build(checkout)
    (checkout.root / "frontend" / "node_modules" / "left").mkdir(parents=True)
    (checkout.root / "frontend" / "node_modules" / "left" / "over.js").write_text("x")

    assert screen.build(checkout) is False


def test_a_build_that_fails_is_told_and_tried_again_next_time(checkout: Checkout) -> None:
    package = checkout.root / "frontend" / "package.json"
    working = package.read_text()
    package.write_text(working.replace("node -e", "node --no-such-option -e"))

    with pytest.raises(StackError, match=r"`npm run build` failed in frontend/"):
        screen.build(checkout)

    assert not checkout.screen_stamp.exists()
    package.write_text(working)
    assert screen.build(checkout) is True


def test_checking_installs_first_and_shows_only_what_a_red_check_says(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    screen.check(checkout)
    assert "read" not in capfd.readouterr().out
    installed = checkout.root / "frontend" / "node_modules" / ".package-lock.sha256"
    installed_at = installed.stat().st_mtime_ns
    (checkout.root / "frontend" / "src" / "main.tsx").write_text("wrong")

    with pytest.raises(StackError, match=r"`npm run --silent check` failed in frontend/"):
        screen.check(checkout)

    assert "read wrong" in capfd.readouterr().out
    assert installed.stat().st_mtime_ns == installed_at
    assert builds(checkout) == 0


def test_a_checkout_without_a_screen_has_nothing_to_build(tmp_path: Path) -> None:
    assert screen.build(Checkout(tmp_path)) is False
    assert list(tmp_path.iterdir()) == []


def test_node_comes_with_the_packages_of_this_checkout() -> None:
    node = Path(screen.development_server(5173)[0])

    assert node.parent == Path(sys.executable).parent
    assert os.access(node, os.X_OK)
