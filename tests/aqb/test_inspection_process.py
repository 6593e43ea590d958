"""The reading process is limited and closed off, and nothing that it says is believed unchecked."""

import errno
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from aqb import inspection, paper
from aqb.access import Refused
from aqb.inspection import InspectionError, process, tasks
from aqb.inspection.messages import Garbled, Message, read
from aqb.inspection.reasons import SENTENCES
from tests import hostile
from tests.aqb.papers import snapshot

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
    before = len(list(Path("/proc/self/fd").iterdir()))
    refused_with(program, ENDINGS["computing"][1])

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_answer_that_grew_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured before it is written, so that the process does not end in the middle of it."""
    script = (
        f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r})\n"
        "from aqb.inspection import tasks\n"
        "from aqb.inspection.messages import Message\n"
        "tasks.LARGEST_ANSWER = 100\n"
        "tasks.TASKS['picture'] = lambda request: Message({}, [bytes(1000)])\n"
        "tasks.serve('picture')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"[{}, []]\n", capture_output=True, check=True)

    assert done.stdout == b'[{"refused": "too_much"}, []]\n'


@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("received_pdf", {}), ("picture", {"page": 2, "width": 300}), ("excerpt", {"pages": [2, 1]}), ("contents", {}),
        ("signature_report", {"original": False, "at": "2026-05-01T12:00:00+02:00"}),
    ],
)  # fmt: skip
def test_closed_off_process_answers_like_an_open_one(task: str, values: dict[str, Any]) -> None:
    """Nothing that a library would like to open, load or ask changes what it says."""
    file = paper.render(snapshot())

    open_one = tasks.answered(task, Message(values, [file]))
    closed_one = process.ask(task, file, **values)

    assert closed_one.values == json.loads(json.dumps(open_one.values))
    assert closed_one.files == open_one.files


def test_faults_of_libraries_are_answers(capsys: pytest.CaptureFixture[str]) -> None:
    answer = tasks.answered("picture", Message({}, [hostile.plain()]))

    assert answer.values == {"refused": "unreadable"}
    assert "KeyError" in capsys.readouterr().err


def test_message_without_a_line_is_garbled(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with (tmp_path / "empty").open("rb") as stream, pytest.raises(Garbled):
        read(stream)


def test_roots_are_read_by_the_application(tmp_path: Path) -> None:
    """Hidden files, folders and enormous ones are left out."""
    (tmp_path / "a.pem").write_bytes(b"A")
    (tmp_path / ".hidden").write_bytes(b"B")
    (tmp_path / "large.der").write_bytes(bytes(inspection.LARGEST_ROOT + 1))
    (tmp_path / "folder").mkdir()

    assert inspection._certificates(tmp_path) == [b"A"]
    assert inspection._certificates(None) == []
