"""What the reading process answers to its tasks, and that closing it off changes nothing about it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from aqb import inspection, paper
from aqb.inspection import process, tasks
from aqb.inspection.messages import Garbled, Message, read
from tests import hostile, pki
from tests.aqb.papers import snapshot


def test_answer_that_grew_too_large_is_refused() -> None:
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


@pytest.mark.parametrize("name", ["landrat", "minister", "expired", "revoked", "unknown", "self_signed"])
def test_closed_off_process_judges_signatures_like_an_open_one(name: str) -> None:
    """Every kind of key, in sound files and in one whose signature is broken."""
    sound = pki.stamp(pki.sign(paper.render(snapshot()), name, at=datetime(2026, 5, 1, 12, tzinfo=UTC)))
    at = sound.rindex(b"/Contents <3082") + 700
    broken = sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :]
    for file in (sound, broken):
        files = (file, pki.certificate("root").dump())
        values: dict[str, Any] = {"original": False, "at": "2026-05-01T12:00:00+02:00"}

        open_one = tasks.answered("signature_report", Message(values, list(files)))
        closed_one = process.ask("signature_report", *files, **values)

        assert closed_one.values == json.loads(json.dumps(open_one.values))


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
