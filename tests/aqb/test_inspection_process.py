"""The reading process is limited and closed off, and nothing that it says is believed unchecked."""

import errno
import logging
import time
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from aqb import inspection
from aqb.access import Refused
from aqb.inspection import InspectionError, process, tasks
from aqb.inspection.messages import Message
from aqb.inspection.reasons import SENTENCES
from tests import hostile

BEGINNING = f"""
import os, resource, signal, socket, sys, time
sys.path.insert(0, {str(settings.BASE_DIR)!r})
from aqb.inspection import cage, limits, messages
from aqb.inspection.messages import Message

def answer(values, *files):
    with os.fdopen(os.dup(1), "wb") as output:
        messages.write(output, Message(values, list(files)))
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for a program that stands in place of the reading process."""
    path = tmp_path / "program.py"
    monkeypatch.setattr(process, "PROGRAM", path)
    return path


def said_by(program: Path, text: str, *, seconds: int = 10) -> Message:
    program.write_text(BEGINNING + text)
    return process.ask("picture", b"content", seconds=seconds, page=1)


def refused_with(program: Path, text: str) -> str:
    """The reason for which a picture of a page is refused when the process does this."""
    program.write_text(BEGINNING + text)
    with pytest.raises(Refused) as refusal:
        inspection.picture(hostile.plain(), 1, width=100)
    return next(key for key, sentence in SENTENCES.items() if [sentence] == refusal.value.reasons)


ATTEMPTS = {
    "read": "open('/etc/passwd')",
    "write": "open('/tmp/aqb-escaped', 'w')",
    "remove": "os.unlink('/tmp/aqb-escaped')",
    "list": "os.listdir('/')",
    "connect": "socket.create_connection(('127.0.0.1', 5432), 1)",
    "local socket": "socket.socket(socket.AF_UNIX)",
    "fork": "os.fork()",
    "run": "os.execv('/bin/true', ['true'])",
    "signal": "os.kill(os.getppid(), 0)",
    "limits of others": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "watch others": "os.pidfd_open(os.getppid())",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_process_is_closed_off(program: Path, attempt: str) -> None:
    text = f"""
closed = cage.close()
try:
    {attempt}
    answer(dict(closed=closed, number=0))
except OSError as error:
    answer(dict(closed=closed, number=error.errno))
"""
    assert said_by(program, text).values == {"closed": True, "number": errno.EPERM}


def test_process_knows_nothing_of_the_application(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQB_SECRET_KEY", "geheim")
    monkeypatch.setenv("FONTCONFIG_FILE", "/nirgends")
    said = said_by(
        program, "answer(dict(names=sorted(os.environ), folder=os.getcwd(), files=os.listdir('/proc/self/fd')))"
    )

    assert set(said.values["names"]) <= {"HOME", "LC_ALL", "LC_CTYPE", "PATH"}
    assert said.values["folder"] == "/"
    assert len(said.values["files"]) == 4  # its three streams and the list itself


def test_process_does_without_django(program: Path) -> None:
    text = "from aqb.inspection import tasks\n" + "\n".join(f"tasks.prepare({task!r})" for task in tasks.TASKS)
    said = said_by(program, f"{text}\nanswer(dict(loaded=[name for name in sys.modules if name.startswith('django')]))")

    assert said.values == {"loaded": []}


def test_limits_hold(program: Path) -> None:
    text = """
limits.apply(7)
kinds = ('AS', 'CPU', 'FSIZE', 'CORE', 'NOFILE', 'NPROC')
answer({kind: resource.getrlimit(getattr(resource, 'RLIMIT_' + kind)) for kind in kinds})
"""
    assert said_by(program, text).values == {
        "AS": [768 << 20, 768 << 20], "CPU": [7, 8], "FSIZE": [64 << 20, 64 << 20], "CORE": [0, 0],
        "NOFILE": [32, 32], "NPROC": [0, 0],
    }  # fmt: skip


def test_process_that_needs_too_long_is_ended(program: Path) -> None:
    began = time.monotonic()

    with pytest.raises(inspection.process.Unacceptable) as refusal:
        said_by(program, "print(os.getpid(), file=sys.stderr, flush=True); time.sleep(60)", seconds=1)

    assert refusal.value.reason == "too_slow"
    assert time.monotonic() - began < 10


ENDINGS = {
    "computing": ("too_slow", "limits.apply(1)\nwhile True: pass"),
    "memory": ("too_much", "os.kill(os.getpid(), signal.SIGKILL)"),
    "abort": ("too_much", "os.abort()"),
    "segment": ("unreadable", "os.kill(os.getpid(), signal.SIGSEGV)"),
    "silence": ("unreadable", ""),
    "noise": ("unreadable", "os.write(1, os.urandom(5000))"),
    "other form": ("unreadable", "os.write(1, b'[1, 2]\\n')"),
    "not a number": ("unreadable", "os.write(1, b'[{\"a\": NaN}, []]\\n')"),
    "brackets": ("unreadable", "os.write(1, b'[' * 100000 + b'\\n')"),
    "wrong length": ("unreadable", "os.write(1, b'[{}, [7]]\\nabc')"),
    "negative length": ("unreadable", "os.write(1, b'[{}, [-3]]\\nabc')"),
    "no picture": ("unreadable", "answer({}, b'<script>')"),
    "too many pictures": ("unreadable", "answer({}, b'\\x89PNG\\r\\n\\x1a\\n', b'\\x89PNG\\r\\n\\x1a\\n')"),
    "own words": ("unreadable", "answer(dict(refused='Rufen Sie 0900 an.'))"),
    "no word": ("unreadable", "answer(dict(refused=[1]))"),
    "known reason": ("encrypted", "answer(dict(refused='encrypted'))"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_every_end_of_the_process_is_a_sentence(program: Path, name: str) -> None:
    expected, text = ENDINGS[name]

    assert refused_with(program, text) == expected


@pytest.mark.parametrize(
    "values",
    [
        "signed=False, pages=[]",
        "signed=0, pages=[['', None]]",
        "signed=False, pages=[['', None]] * 201",
        "signed=False, pages=[['<b>', None]]",
        "signed=False, pages=[['ZV-2026-06438-0', 0]]",
        "signed=False, pages=[['ZV-2026-06438-0', True]]",
        "signed=False, pages=[['ZV-2026-06438-0', '1']]",
        "signed=False, pages=[['', 3]]",
        "signed=False, pages='ab'",
        "pages=[['', None]]",
    ],
)
def test_answer_about_an_upload_is_checked(program: Path, values: str) -> None:
    program.write_text(f"{BEGINNING}answer(dict({values}))")

    with pytest.raises(Refused):
        inspection.received(hostile.plain())


@pytest.mark.parametrize(
    "values",
    ["", "texts=[1], codes=[], looks=[]", "texts=['a'] * 201, codes=[], looks=[]", "texts=[], codes=7, looks=[]"],
)
def test_answer_about_contents_is_checked(program: Path, values: str) -> None:
    program.write_text(f"{BEGINNING}answer(dict({values}))")

    with pytest.raises(Refused):
        inspection.contents(hostile.plain())


def test_report_of_another_form_is_refused(program: Path) -> None:
    program.write_text(f"{BEGINNING}answer(dict(report='gut'))")

    with pytest.raises(Refused):
        inspection.signature_report(hostile.plain())


def test_too_many_data_are_none(program: Path) -> None:
    program.write_text(
        f"{BEGINNING}answer(dict(texts=[], codes=[], looks=[]), b'{{\"a\":\"' + b'x' * 5_000_000 + b'\"}}')"
    )

    assert inspection.contents(hostile.plain()).data is None


def test_process_that_cannot_work_is_our_fault_and_no_refusal(program: Path) -> None:
    with pytest.raises(InspectionError, match="No module named 'pikepdf_missing'"):
        said_by(program, "import pikepdf_missing")


def test_words_of_the_process_go_into_our_log(program: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="aqb.inspection.process"):
        said_by(program, "print('am Rande', file=sys.stderr); answer({})")

    assert "am Rande" in caplog.text


def test_no_place_in_time_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WAITING", 0.01)
    with process.AT_ONCE, process.AT_ONCE, pytest.raises(Refused) as refusal:
        inspection.received(hostile.plain())

    assert refusal.value.reasons == [SENTENCES["busy"]]


def test_places_are_given_back_after_every_end(program: Path) -> None:
    for name in ("segment", "silence", "no picture"):
        refused_with(program, ENDINGS[name][1])

    assert said_by(program, "answer({})").values == {}


def test_nothing_is_left_behind(program: Path) -> None:
    """Neither processes nor open files."""
    own = psutil.Process()
    before = own.num_fds(), own.children()
    refused_with(program, ENDINGS["computing"][1])

    assert (own.num_fds(), own.children()) == before


def test_answer_without_a_module_that_was_needed_does_not_count(
    program: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A library may take what it cannot load for a fault of the file."""
    text = """
from aqb.inspection import tasks
def careless(request):
    try:
        import wave
    except OSError:
        return Message(dict(verdict="broken"))
tasks.TASKS["picture"] = careless
cage.close()
tasks.serve("picture")
"""
    assert refused_with(program, text) == "unreadable"
    assert "Not loaded in time: wave" in caplog.text
