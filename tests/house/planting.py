"""A trespass: one law of the house broken on purpose, and the check that has to see it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Trespass:
    """What is planted where, which check must turn red, and what its answer must name.

    `write` makes or replaces the file, `append` adds to it (and makes it), `swap` replaces the first text by the
    second, `remove` takes a file or folder away. `beside` are files that the trespass needs and that break nothing.
    """

    law: str
    check: str
    path: str
    write: str | None = None
    append: str | None = None
    swap: tuple[str, str] | None = None
    remove: bool = False
    beside: tuple[tuple[str, str], ...] = ()
    names: str = ""

    @property
    def expected(self) -> str:
        """What the red check must say: the planted path, unless it speaks of something else."""
        return self.names or self.path


@contextmanager
def planted(trespass: Trespass, tree: Path) -> Iterator[None]:
    """Break the law inside `tree`, and mend it again on the way out."""
    touched = [tree / trespass.path, *(tree / path for path, _ in trespass.beside)]
    with remembered(touched, tree):
        for path, text in trespass.beside:
            put(tree / path, text)
        plant(trespass, tree / trespass.path)
        yield


def plant(trespass: Trespass, target: Path) -> None:
    if trespass.remove:
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    elif trespass.write is not None:
        put(target, trespass.write)
    elif trespass.append is not None:
        old = target.read_text(encoding="utf-8") if target.exists() else ""
        put(target, f"{old}\n\n{trespass.append}" if old else trespass.append)
    elif trespass.swap is not None:
        old, new = trespass.swap
        text = target.read_text(encoding="utf-8")
        assert old in text, f"{trespass.path} no longer holds {old!r}"
        put(target, text.replace(old, new, 1))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@contextmanager
def remembered(paths: list[Path], tree: Path) -> Iterator[None]:
    """Put everything back as it was: contents, and folders that did not exist."""
    store = tree.with_name(f"{tree.name}-kept")
    fresh = [
        parent
        for path in paths
        for parent in path.parents
        if parent.is_relative_to(tree) and not parent.exists()
    ]
    kept: list[tuple[Path, Path | None]] = []
    for number, path in enumerate(paths):
        copy = store / str(number)
        if path.exists():
            store.mkdir(exist_ok=True)
            shutil.copytree(path, copy) if path.is_dir() else shutil.copy2(path, copy)
        kept.append((path, copy if path.exists() else None))
    try:
        yield
    finally:
        for path, before in kept:
            remove(path)
            if before is not None:
                shutil.copytree(before, path) if before.is_dir() else shutil.copy2(before, path)
        for folder in sorted(set(fresh), key=lambda one: len(one.parts), reverse=True):
            remove(folder)
        remove(store)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
