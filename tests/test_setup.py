"""Setting up says in one German sentence what a machine lacks, and does nothing twice."""

import os
import subprocess
from pathlib import Path

import machine
import pytest
import steps

ROOT = Path(__file__).resolve().parent.parent
FIND_PYTHON = ROOT / "setup" / "find_python.sh"


def find_python(path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The search on a machine whose programs all lie in `path`."""
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON)], capture_output=True, text=True, check=False,
        env={"PATH": str(path), "HOME": str(path), **env},
    )  # fmt: skip


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and ". " not in text and "\n" not in text.strip()


def test_machine_without_python_is_told_how_to_get_it(tmp_path: Path) -> None:
    found = find_python(tmp_path)
    assert found.returncode == 1
    assert "Es fehlt Python 3.12 oder neuer (gefunden: kein Python)" in found.stderr
    assert "apt-get install python3" in found.stderr
    assert is_one_sentence(found.stderr.strip() + ".")


def test_old_python_is_named(tmp_path: Path) -> None:
    program(tmp_path, "python3", 'if [ "$1" = --version ]; then echo "Python 3.11.2"; else exit 1; fi')
    assert "gefunden: Python 3.11.2" in find_python(tmp_path).stderr


def test_newer_python_is_found_beside_an_old_one(tmp_path: Path) -> None:
    program(tmp_path, "python3", "exit 1")
    program(tmp_path, "python3.12", "exit 0")
    assert find_python(tmp_path).stdout.strip() == "python3.12"


def test_named_python_comes_first(tmp_path: Path) -> None:
    program(tmp_path, "python3", "exit 0")
    own = program(tmp_path, "own-python", "exit 0")
    assert find_python(tmp_path, PYTHON=str(own)).stdout.strip() == str(own)


def test_what_tests_need_is_there() -> None:
    assert all(need.is_there() for need in machine.FOR_TEST)


def test_missing_parts_are_named_with_purpose_and_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # neither Chromium nor Poppler, and no apt-get either
    with pytest.raises(steps.Missing) as told:
        machine.ensure((machine.CHROMIUM, machine.POPPLER))
    sentence = str(told.value)
    assert "fehlt Chromium (geht für die Tests durch die Seiten) und Poppler" in sentence
    assert "sudo apt-get install chromium poppler-utils" in sentence
    assert is_one_sentence(sentence)


def test_missing_library_is_noticed() -> None:
    assert not machine.Need("x", "x", ("x",), libraries=("libthere-is-none.so.0",)).is_there()


def test_root_on_debian_installs_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The package client here is a script of the test; it puts the program where the search looks for it."""
    program(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/calls; [ "$1" = install ] && : > {tmp_path}/tool\n'
            f"[ -f {tmp_path}/tool ] && /bin/chmod 755 {tmp_path}/tool; exit 0")  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.ensure((machine.Need("Werkzeug", "tut etwas", ("tool-package",), programs=("tool",)),))
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls == ["update -q", "install -q -y --no-install-recommends tool-package"]


@pytest.mark.parametrize("words", ["Temporary failure in name resolution", "npm error code ECONNREFUSED"])
def test_unreachable_registry_is_told(words: str) -> None:
    with pytest.raises(steps.Missing, match="Das Paketverzeichnis ist nicht erreichbar") as told:
        steps.run("sh", "-c", f"echo '{words}'; exit 1", otherwise="Das ging schief")
    assert is_one_sentence(str(told.value).replace(".local/setup.log", ""))


def test_other_failure_is_told_with_the_protocol() -> None:
    with pytest.raises(steps.Missing, match=r"Das ging schief; das Protokoll steht in \.local/setup\.log\."):
        steps.run("sh", "-c", "echo something else; exit 1", otherwise="Das ging schief")
    assert "something else" in steps.PROTOCOL.read_text()
