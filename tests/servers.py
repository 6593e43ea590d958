"""Real servers on this machine for tests: a virus scanner (clamd) and an S3 store (moto), each on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

VIRUS = b"AQB-TESTFUND-7f3a91"  # the only thing that our scanner knows
VIRUS_NAME = "AQB.Testfund.UNOFFICIAL"  # clamd adds the last part to signatures that are not its own
STREAM_MAX = 1024 * 1024  # bytes that our scanner reads of a file
PATIENCE = 30.0  # seconds until a server answers


def free_port() -> int:
    """A port that nobody listens on; the server takes it a moment later."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass
class Scanner:
    """A running clamd, its two addresses, and its process."""

    path: str
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def tcp(self) -> str:
        return f"127.0.0.1:{self.port}"

    def freeze(self) -> None:
        """It keeps its connections and does nothing any more."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def scanner() -> Iterator[Scanner]:
    """A clamd of its own, with one signature of its own, on a socket and on a port."""
    program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    assert program, "clamd is missing: make setup"
    # A short path: the address of a socket has room for about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        home, port = Path(folder), free_port()
        (home / "signatures").mkdir()
        (home / "signatures" / "own.ndb").write_text(f"AQB.Testfund:0:*:{VIRUS.hex()}\n")
        (home / "clamd.conf").write_text(
            f"LocalSocket {home}/clamd\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {home}/signatures\n"
            f"TemporaryDirectory {home}\nForeground yes\nStreamMaxLength {STREAM_MAX}\n"
        )
        command = [program, "-c", str(home / "clamd.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running = Scanner(str(home / "clamd"), port, process)
        with _ended(process, signal.SIGTERM):
            _wait(lambda: (home / "clamd").exists() and _listens(port), process)
            yield running
            running.thaw()


@contextmanager
def object_store() -> Iterator[str]:
    """An S3 store in a process of its own; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with _ended(process, signal.SIGTERM):
        _wait(lambda: _listens(port), process)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _ended(process: "subprocess.Popen[bytes]", how: signal.Signals) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(ready: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with closing(socket.socket()) as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0
