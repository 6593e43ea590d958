"""The embedded server, with real processes: several at once, killed ones, and folders that only root may enter."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from aqb.embedded import EmbeddedError, EmbeddedServer

USE = """
import sys
from pathlib import Path
from aqb.embedded import EmbeddedServer
address = EmbeddedServer(Path(sys.argv[1]), database="trial").enter()
import psycopg
with psycopg.connect(address) as connection:
    print(connection.execute("SELECT upper('löwe'), current_database()").fetchone(), flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder with a path short enough for a socket, and nothing left of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="aqb-test-") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "postgres"


def use(folder: Path, *, stay: bool = False) -> subprocess.Popen[str]:
    """A process that uses the server; with `stay` until it is ended."""
    command = [sys.executable, "-c", USE, str(folder), *(["stay"] if stay else [])]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(process: subprocess.Popen[str]) -> str:
    said, complaint = process.communicate(timeout=90)
    assert process.returncode == 0, complaint
    return said.strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def use_and_stay(folder: Path) -> subprocess.Popen[str]:
    """A process that has the server, until it is ended."""
    process = use(folder, stay=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "('LÖWE', 'trial')"
    return process


def is_running(folder: Path) -> bool:
    return bool(EmbeddedServer(folder, "trial")._processes())


def test_first_use_makes_data_and_last_one_stops_server(folder: Path) -> None:
    staying = use_and_stay(folder)
    assert outcome(use(folder)) == "('LÖWE', 'trial')"
    assert is_running(folder), "the server must stay while one process uses it"
    outcome(staying)
    assert not is_running(folder)


def test_many_first_uses_at_once_succeed(folder: Path) -> None:
    processes = [use(folder) for _ in range(4)]
    assert {outcome(process) for process in processes} == {"('LÖWE', 'trial')"}
    assert not is_running(folder)


def test_server_that_outlived_a_kill_is_used_again(folder: Path) -> None:
    killed = use_and_stay(folder)
    kill(killed)
    assert is_running(folder)
    assert outcome(use(folder)) == "('LÖWE', 'trial')"
    assert not is_running(folder)


def test_start_after_kill_of_server_whose_number_went_to_a_stranger(folder: Path) -> None:
    killed = use_and_stay(folder)
    remembered = folder / "postmaster.pid"
    lines = remembered.read_text().splitlines()
    kill(killed)
    os.kill(int(lines[0]), signal.SIGKILL)
    stranger = subprocess.Popen(["sleep", "60"], user="pgserver" if os.geteuid() == 0 else None)
    try:
        remembered.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert outcome(use(folder)) == "('LÖWE', 'trial')"
    finally:
        stranger.kill()
        stranger.wait()


def test_data_folder_removed_under_running_server_is_made_anew(folder: Path) -> None:
    killed = use_and_stay(folder)
    orphan = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
    kill(killed)
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    assert outcome(use(folder)) == "('LÖWE', 'trial')"
    deadline = time.monotonic() + 10
    while orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the server of the removed folder must go"
        time.sleep(0.1)


def test_socket_moves_where_path_is_too_long(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("x" * 120) / "postgres", "trial")
    assert len(str(server._socket_folder)) < 60


def test_closed_folder_stays_closed() -> None:
    """Root's database user may not enter it, so root's data lie elsewhere; an ordinary user's stay where they are."""
    with tempfile.TemporaryDirectory(prefix="aqb-closed-") as place:  # made with 0700
        folder = Path(place) / "checkout" / "postgres"
        folder.parent.mkdir()
        assert outcome(use(folder)) == "('LÖWE', 'trial')"
        assert Path(place).stat().st_mode & 0o077 == 0
        server = EmbeddedServer(folder, "trial")
        server._prepare()
        elsewhere = server.data != folder
        assert elsewhere == (os.geteuid() == 0)
        if elsewhere:
            assert server.data.parent.parent == Path("/var/lib")
            subprocess.run(["rm", "-rf", str(server.data.parent)], check=True)


def test_program_that_fails_is_told_in_one_sentence(folder: Path) -> None:
    folder.mkdir()
    (folder / "something").write_text("of somebody else")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "pgserver", str(folder)], check=True)
    with pytest.raises(EmbeddedError, match=r"initdb.*DATABASE_URL"):
        EmbeddedServer(folder, "trial").enter()


def test_folder_of_somebody_else_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    server = EmbeddedServer(folder, "trial")

    def refuse() -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(server, "_prepare", refuse)
    with pytest.raises(EmbeddedError, match="darf dieser Benutzer nicht schreiben"):
        server.enter()
