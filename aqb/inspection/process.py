"""The application's side of the reading process: start it, wait for it, and believe nothing it says unchecked."""

import logging
import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from aqb.inspection import messages
from aqb.inspection.messages import Garbled, Message
from aqb.inspection.reasons import Unacceptable

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("__main__.py")
SECONDS = 40  # of waiting, three quarters of them computing
# Reading processes of one web worker at a time, so that uploads never take all memory, and seconds to wait for a place.
AT_ONCE, WAITING = threading.BoundedSemaphore(2), 30
# Nothing of the application's environment: no secrets, no proxies, and the fonts of the machine instead of the paper's.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
# What a signal says about the file; every other one comes from lack of memory.
ENDED_BY = {
    signal.SIGXCPU: "too_slow", signal.SIGALRM: "too_slow",
    signal.SIGSEGV: "unreadable", signal.SIGBUS: "unreadable", signal.SIGFPE: "unreadable",
}  # fmt: skip
LONGEST_PLACE = 250  # characters of the file that a refusal repeats
LONGEST_WORDS = 4_000  # characters of the process's error output that go into our log


class InspectionError(Exception):
    """The reading process does not work on this machine: ours to mend, whatever the file is."""


def ask(task: str, *files: bytes, seconds: int = SECONDS, **values: Any) -> Message:
    """What the reading process says to this task.

    Raises Unacceptable with the reason when the file is refused or brings the process down, InspectionError when the
    process cannot do its work at all.
    """
    if not AT_ONCE.acquire(timeout=WAITING):
        raise Unacceptable("busy")
    with ExitStack() as stack:
        stack.callback(AT_ONCE.release)
        # Memory instead of pipes: nobody waits for anybody, the size is limited, and nothing touches a disk.
        request, answer, words = (stack.enter_context(_memory(name)) for name in ("request", "answer", "words"))
        messages.write(request, Message(values, list(files)))
        request.seek(0)
        code = _run(task, request, answer, words, seconds)
        words.seek(0)
        said = words.read(LONGEST_WORDS).decode(errors="replace").strip()
        if said:
            logger.warning("Reading process for %s ended with %s: %s", task, code, said)
        if code < 0:
            raise Unacceptable(ENDED_BY.get(signal.Signals(-code), "too_much"))
        if code:
            raise InspectionError(f"Der Leseprozess arbeitet nicht (Ende mit {code}): {said[-600:]}")
        answer.seek(0)
        return _answered(answer)


def _answered(answer: IO[bytes]) -> Message:
    try:
        message = messages.read(answer)
    except Garbled as error:
        logger.error("Reading process answered in another form: %s", error)
        raise Unacceptable("unreadable") from error
    if "refused" in message.values:
        reason, place = message.values["refused"], message.values.get("place", "")
        try:
            raise Unacceptable(reason, _shown(place))
        except (KeyError, TypeError) as error:
            raise Unacceptable("unreadable") from error
    return message


def _shown(place: Any) -> str:
    """A place in the file as it may stand in a sentence: it comes from the file, in the end."""
    return "".join(sign for sign in str(place)[:LONGEST_PLACE] if sign.isprintable())


def _run(task: str, request: IO[bytes], answer: IO[bytes], words: IO[bytes], seconds: int) -> int:
    """How the process ended: 0, its error, or minus the signal that ended it; SIGALRM stands for our own patience."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-B", str(PROGRAM), task, str(seconds * 3 // 4)],
        stdin=request, stdout=answer, stderr=words, env=ENVIRONMENT, cwd="/", start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait() if _ended(process, seconds) else -signal.SIGALRM
    finally:
        if process.poll() is None:  # not once it is gone: its number may belong to a stranger by then
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ended(process: subprocess.Popen[bytes], seconds: int) -> bool:
    """Wait for the end of the process; Popen.wait with a time limit looks only twenty times a second."""
    handle = os.pidfd_open(process.pid)
    try:
        watch = select.poll()
        watch.register(handle, select.POLLIN)
        return bool(watch.poll(seconds * 1000))
    finally:
        os.close(handle)


def _memory(name: str) -> IO[bytes]:
    return os.fdopen(os.memfd_create(f"aqb-{name}"), "w+b")
