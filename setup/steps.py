"""Running other programs quietly: their words go to a protocol, the person reads one sentence."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
PROTOCOL = LOCAL / "setup.log"
UNREACHABLE = (
    "temporary failure in name resolution", "name or service not known", "failed to establish a new connection",
    "network is unreachable", "connection refused", "connection timed out", "read timed out", "getaddrinfo",
    "econnrefused", "etimedout", "enetunreach", "could not resolve", "no matching distribution found",
    "nodename nor servname", "max retries exceeded", "connecttimeout", "unable to locate package",
)  # fmt: skip


class Missing(Exception):
    """Something that this machine lacks; the text is one German sentence that says how to get it."""


def announce(sentence: str) -> None:
    print(sentence, flush=True)


def run(*command: str | Path, otherwise: str, env: dict[str, str] | None = None) -> None:
    """Run `command` in the project folder. Raises Missing: no network, or `otherwise` with the last line it said."""
    LOCAL.mkdir(exist_ok=True)
    with PROTOCOL.open("a+", encoding="utf-8", errors="replace") as protocol:
        protocol.write(f"$ {' '.join(map(str, command))}\n")
        protocol.flush()
        start = protocol.tell()
        done = subprocess.run(  # noqa: S603
            [str(part) for part in command], cwd=ROOT, env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL, stdout=protocol, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        protocol.seek(start)
        said = protocol.read()
    if done.returncode == 0:
        return
    where = f"das Protokoll steht in {PROTOCOL.relative_to(ROOT)}"
    if any(sign in said.lower() for sign in UNREACHABLE):
        raise Missing(f"Das Paketverzeichnis ist nicht erreichbar: bitte die Netzverbindung prüfen; {where}.")
    raise Missing(f"{otherwise}; {where}.")


def can_install() -> bool:
    """Whether we may install Debian packages ourselves."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages as root. Raises Missing if apt-get does not manage it."""
    names = " ".join(packages)
    announce(f"Es werden Pakete des Betriebssystems eingerichtet: {names}.")
    otherwise = f"»apt-get install {names}« ist gescheitert"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", otherwise=otherwise, env=quiet)
    run("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages, otherwise=otherwise, env=quiet)


@contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Two calls of make at once wait for each other instead of installing over each other."""
    import fcntl

    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
