"""What the operating system must have beside Python: named, and installed where we may."""

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from steps import Missing, can_install, install


@dataclass(frozen=True)
class Need:
    """A part of the operating system: what it is for, whether it is there, and its Debian packages."""

    name: str
    purpose: str
    packages: tuple[str, ...]
    libraries: tuple[str, ...] = ()  # as Linux names them
    programs: tuple[str, ...] = ()  # one of them is enough

    def is_there(self) -> bool:
        if self.programs and not any(map(_program, self.programs)):
            return False
        return all(map(_loads, self.libraries))


PANGO = Need(
    "Pango", "setzt den Vertrag als PDF", ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    libraries=("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
)  # fmt: skip
CHROMIUM = Need(
    "Chromium", "geht für die Tests durch die Seiten", ("chromium",), programs=("chromium", "chromium-browser")
)
POPPLER = Need("Poppler", "liest für die Tests die PDF-Dateien", ("poppler-utils",), programs=("pdftotext",))
SOFTHSM = Need(
    "SoftHSM", "bewahrt für die Tests den Schlüssel eines Siegels", ("softhsm2",), programs=("softhsm2-util",)
)
CLAMAV = Need("ClamAV", "sucht in den Tests nach Schadsoftware", ("clamav-daemon",), programs=("clamd",))
IN_HOMEBREW = {
    "Pango": "pango", "Chromium": "chromium", "Poppler": "poppler", "SoftHSM": "softhsm", "ClamAV": "clamav",
}  # fmt: skip
FOR_RUN = (PANGO,)
FOR_TEST = (PANGO, CHROMIUM, POPPLER, SOFTHSM, CLAMAV)


def ensure(needs: tuple[Need, ...]) -> None:
    """Install what is missing as root on Debian. Raises Missing with one sentence that names all of it."""
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    packages = [package for need in missing for package in need.packages]
    if can_install():
        install(packages)
        missing = [need for need in missing if not need.is_there()]
    if missing:
        names = " und ".join(f"{need.name} ({need.purpose})" for need in missing)
        raise Missing(
            f"Auf diesem Rechner fehlt {names}: unter Debian und Ubuntu mit »sudo apt-get install {' '.join(packages)}«"
            f"{_elsewhere(missing)}, danach denselben Befehl noch einmal."
        )


def ensure_venv_module() -> None:
    """Debian ships Python without the part that makes virtual environments."""
    if find_spec("ensurepip") and find_spec("venv"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if can_install() and sys.prefix == "/usr":
        install([package])
        return
    raise Missing(
        f"Diesem Python ({sys.executable}) fehlt das Modul »venv«: unter Debian und Ubuntu mit "
        f"»sudo apt-get install {package}«, danach denselben Befehl noch einmal."
    )


def _elsewhere(missing: list[Need]) -> str:
    names = " ".join(IN_HOMEBREW[need.name] for need in missing)
    return f", unter macOS mit »brew install {names}«" if sys.platform == "darwin" else ""


def _program(name: str) -> str | None:
    """Servers stand where the path of an ordinary person does not lead."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")


def _loads(library: str) -> bool:
    if sys.platform == "darwin":
        folder = "/opt/homebrew/lib" if shutil.which("/opt/homebrew/bin/brew") else "/usr/local/lib"
        library = f"{folder}/{library.removesuffix('.so.0')}.0.dylib"
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
