"""Asking a virus scanner (clamd) about what comes in, where one is configured.

clamd's protocol is spoken here, in a few lines, because the library for it cannot be relied on: it waits without end
for a socket whose queue is full, takes a connection that ends without an answer for a result without findings, and
loses clamd's own word about a file that is too large.
"""

import logging
import socket
import time
from contextlib import closing, suppress

from django.conf import settings

from aqb.access import Refused

logger = logging.getLogger(__name__)

PATIENCE = 45.0  # seconds for one file, all in all; the web server gives up after 60
LONGEST_ANSWER = 1000  # bytes
PIECE = 64 * 1024  # bytes sent at once

NOTHING_TAKEN = "Es wurde nichts angenommen."
SILENT = (
    "Der Virenscanner antwortet nicht, und ungeprüft kommt keine Datei herein. "
    f"{NOTHING_TAKEN} Bitte versuchen Sie es in einigen Minuten noch einmal."
)
TOO_LARGE = (
    "Die Datei ist größer, als der Virenscanner prüfen kann. "
    f"{NOTHING_TAKEN} Bitte teilen Sie sie oder wenden Sie sich an den Betrieb der Anwendung."
)
UNABLE = (
    "Der Virenscanner konnte die Datei nicht prüfen. "
    f"{NOTHING_TAKEN} Bitte wenden Sie sich an den Betrieb der Anwendung."
)


class Silent(Exception):
    """The scanner could not be reached, or ended without a complete answer."""


def ask(content: bytes) -> None:
    """Return when the scanner finds nothing in the content, or when none is configured.

    Refuses what it finds something in, what it cannot examine, and everything as long as it does not answer.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _command(b"INSTREAM", PATIENCE, content)
    except Silent as error:
        logger.error("The virus scanner at %s does not answer: %s", settings.CLAMD, error.__cause__ or error)
        raise Refused(SILENT, status=503) from error
    if answer == "stream: OK":
        return
    logger.warning("The virus scanner says about %d bytes: %s", len(content), answer)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise Refused(
            f"Der Virenscanner hat in der Datei Schadsoftware gefunden ({name}). {NOTHING_TAKEN} "
            "Bitte lassen Sie den Rechner prüfen, von dem die Datei kommt."
        )
    raise Refused(TOO_LARGE if "size limit exceeded" in answer else UNABLE)


def version(patience: float = 3.0) -> str:
    """What the scanner says about itself: program, number and day of its signatures. Raises Silent."""
    return _command(b"VERSION", patience)


def target(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """Where a scanner listens, as the settings have checked it: `host:port`, `[::1]:port`, or the path of a socket."""
    if address.startswith("/"):
        return socket.AF_UNIX, address
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, (host.strip("[]"), int(port))


def _command(command: bytes, patience: float, content: bytes | None = None) -> str:
    """Send a command and, for INSTREAM, the content; give the scanner's whole answer. Raises Silent."""
    deadline = time.monotonic() + patience
    family, place = target(settings.CLAMD)
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as line:
            _hurry(line, deadline)  # before connecting: a full queue makes even that wait
            line.connect(place)
            # A scanner that has heard enough (too large) hangs up while we speak; its reason is still to be read.
            with suppress(BrokenPipeError, ConnectionResetError):
                _speak(line, command, content, deadline)
            return _answer(line, deadline)
    except OSError as error:
        raise Silent from error


def _speak(line: socket.socket, command: bytes, content: bytes | None, deadline: float) -> None:
    line.sendall(b"z" + command + b"\0")
    if content is None:
        return
    view = memoryview(content)
    for start in range(0, len(content), PIECE):
        piece = view[start : start + PIECE]
        _hurry(line, deadline)
        line.sendall(len(piece).to_bytes(4, "big"))
        line.sendall(piece)
    line.sendall(bytes(4))


def _answer(line: socket.socket, deadline: float) -> str:
    """The answer without its final zero byte; one that ends before it is none."""
    answer = b""
    while not answer.endswith(b"\0"):
        _hurry(line, deadline)
        part = line.recv(LONGEST_ANSWER)
        answer += part
        if not part or len(answer) > LONGEST_ANSWER:
            raise Silent(f"its answer ends after {answer[:100]!r}")
    return answer[:-1].decode(errors="replace").strip()


def _hurry(line: socket.socket, deadline: float) -> None:
    """Give the next step on the line the time that is left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    line.settimeout(left)
