"""The virus scanner: a real clamd that finds, passes, is too small, hangs, dies; and none at all."""

import logging
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from aqb import virus
from aqb.access import Refused
from tests.servers import STREAM_MAX, VIRUS, VIRUS_NAME, Scanner, scanner

CLEAN = b"%PDF-1.7 Zielvereinbarung"
INFECTED = CLEAN + VIRUS


@pytest.fixture(scope="module")
def clamd() -> Iterator[Scanner]:
    with scanner() as running:
        yield running


@pytest.fixture(params=["socket", "port"])
def configured(request: pytest.FixtureRequest, clamd: Scanner, settings: Any) -> Scanner:
    settings.CLAMD = clamd.path if request.param == "socket" else clamd.tcp
    return clamd


@pytest.mark.usefixtures("configured")
def test_clean_file_comes_in() -> None:
    virus.ask(CLEAN)
    virus.ask(b"")
    virus.ask(b"x" * (STREAM_MAX - 1000))


@pytest.mark.usefixtures("configured")
def test_file_with_a_virus_is_refused_and_the_find_named() -> None:
    with pytest.raises(Refused) as caught:
        virus.ask(INFECTED)
    assert caught.value.status == 409
    (sentence,) = caught.value.reasons
    assert f"Schadsoftware gefunden ({VIRUS_NAME}). Es wurde nichts angenommen." in sentence


@pytest.mark.usefixtures("configured")
def test_virus_across_two_pieces_is_found() -> None:
    with pytest.raises(Refused, match="Schadsoftware"):
        virus.ask(b"x" * (virus.PIECE - 5) + VIRUS)


def test_file_beyond_the_limit_of_the_scanner_is_refused(clamd: Scanner, settings: Any) -> None:
    settings.CLAMD = clamd.path
    for size in (STREAM_MAX + 1, 3 * STREAM_MAX, 25 * STREAM_MAX):
        with pytest.raises(Refused, match="größer, als der Virenscanner prüfen kann"):
            virus.ask(b"x" * size)
    virus.ask(CLEAN)


def test_file_beyond_the_limit_is_refused_over_the_net_too(clamd: Scanner, settings: Any) -> None:
    """The net may swallow the scanner's last word when it hangs up; then it counts as silent."""
    settings.CLAMD = clamd.tcp
    with pytest.raises(Refused, match=r"größer, als der Virenscanner|antwortet nicht"):
        virus.ask(b"x" * 25 * STREAM_MAX)


@pytest.mark.usefixtures("configured")
def test_many_at_once_get_their_own_answers() -> None:
    verdicts: list[tuple[int, bool]] = []

    def ask(number: int) -> None:
        try:
            virus.ask(INFECTED if number % 2 else CLEAN)
        except Refused:
            verdicts.append((number, True))
        else:
            verdicts.append((number, False))

    threads = [threading.Thread(target=ask, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == [(number, number % 2 == 1) for number in range(12)]


def test_without_a_scanner_nobody_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    virus.ask(INFECTED)


@pytest.mark.parametrize("address", ["/nirgends/clamd.sock", "127.0.0.1:1", "[::1]:1"])
def test_scanner_that_is_not_there_lets_nothing_in(
    address: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CLAMD = address
    with caplog.at_level(logging.ERROR), pytest.raises(Refused) as caught:
        virus.ask(CLEAN)
    assert caught.value.status == 503
    assert "antwortet nicht" in caught.value.reasons[0]
    assert "nichts angenommen" in caught.value.reasons[0]
    assert address in caplog.text, "who runs the application reads where"


@pytest.mark.usefixtures("configured")
def test_scanner_that_hangs_lets_nothing_in_and_holds_nobody_up(
    configured: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virus, "PATIENCE", 1.0)
    configured.freeze()
    try:
        began = time.monotonic()
        with pytest.raises(Refused, match="antwortet nicht"):
            virus.ask(b"x" * 900_000)
        assert time.monotonic() - began < 15
    finally:
        configured.thaw()
    virus.ask(CLEAN)


def test_scanner_that_dies_in_between_lets_nothing_in(settings: Any) -> None:
    with scanner() as mortal:
        settings.CLAMD = mortal.path
        virus.ask(CLEAN)
        mortal.freeze()
        killer = threading.Timer(0.5, mortal.process.kill)
        killer.start()
        with pytest.raises(Refused, match="antwortet nicht"):
            virus.ask(b"x" * 900_000)
        killer.join()
    with pytest.raises(Refused, match="antwortet nicht"):
        virus.ask(CLEAN)


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"stream: OK", b"x" * 5000], ids=str)
def test_answer_that_breaks_off_is_no_answer(answer: bytes, settings: Any) -> None:
    """Half an answer might read like a good one."""
    with answering(answer) as settings.CLAMD, pytest.raises(Refused, match="antwortet nicht"):
        virus.ask(CLEAN)


def test_scanner_with_an_error_lets_nothing_in(settings: Any) -> None:
    with (
        answering(b"stream: Can't allocate memory ERROR\0") as settings.CLAMD,
        pytest.raises(Refused, match="konnte die Datei nicht prüfen"),
    ):
        virus.ask(CLEAN)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A scanner that listens to one file and then says just this."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def speak() -> None:
            line, _ = server.accept()
            with closing(line):
                heard = b""
                while not heard.endswith(bytes(4)):
                    heard += line.recv(100_000)
                line.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_socket_with_a_full_queue_holds_nobody_up(settings: Any) -> None:
    """A scanner that takes no more connections: connecting itself would wait without end."""
    with tempfile.TemporaryDirectory() as folder, closing(socket.socket(socket.AF_UNIX)) as server:
        path = str(Path(folder) / "full")
        server.bind(path)
        server.listen(0)
        with closing(socket.socket(socket.AF_UNIX)) as first:
            first.connect(path)
            settings.CLAMD = path
            began = time.monotonic()
            with pytest.raises(Refused, match="antwortet nicht"):
                virus.ask(CLEAN)
            assert time.monotonic() - began < 15


@pytest.mark.usefixtures("configured")
def test_scanner_says_its_version() -> None:
    assert virus.version().startswith("ClamAV ")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/run/clamav/clamd.ctl", (socket.AF_UNIX, "/run/clamav/clamd.ctl")),
        ("scanner.example:3310", (socket.AF_INET, ("scanner.example", 3310))),
        ("[::1]:3310", (socket.AF_INET6, ("::1", 3310))),
    ],
)
def test_address_is_a_socket_or_a_port(address: str, place: object) -> None:
    assert virus.target(address) == place
