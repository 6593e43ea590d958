"""Links outside the database: what a recomputed, shortened or rolled back chain cannot hide; and the two commands."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.models import BudgetLine
from aqb import chain
from aqb.models import HistoryLink
from tests import factories as make
from tests.chains import as_owner, found, link, recomputed, run

pytestmark = pytest.mark.django_db
LINES = "agreements_budgetlineevent"


@pytest.fixture
def line() -> BudgetLine:
    line = make.line(title="Regelbudget")
    link()
    line.title = "Regelbudget neu"
    line.save()
    link()
    return line


@pytest.fixture
def file(tmp_path: Path, line: BudgetLine) -> Path:
    """All links of the line's history."""
    target = tmp_path / "kette.jsonl"
    assert chain.export(target) == 2
    return target


def last_entry(line: BudgetLine) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(pgh_id) FROM {LINES} WHERE pgh_obj_id = %s", [line.pk])
        return int(cursor.fetchone()[0])


def forge(line: BudgetLine) -> int:
    """Change the last entry and the row itself past the triggers."""
    key = last_entry(line)
    with as_owner(LINES, "agreements_budgetline"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {LINES} SET title = 'Gefälscht' WHERE pgh_id = %s", [key])
        cursor.execute("UPDATE agreements_budgetline SET title = 'Gefälscht' WHERE id = %s", [line.pk])
    return key


def test_same_chain_agrees_with_its_export(file: Path) -> None:
    assert run(against=chain.read(file)).is_clean
    link()
    assert run(against=chain.read(file)).is_clean, "a longer chain continues the file"


def test_export_holds_no_names(file: Path) -> None:
    make.user(name="Erika Muster", email="erika@example.org")
    link()
    chain.export(file)
    assert "erika" not in file.read_text().lower()


def test_recomputed_chain_shows_with_the_row(line: BudgetLine, file: Path) -> None:
    """An administrator changes a row and builds the whole chain anew: it holds in itself, but not against the file."""
    key = forge(line)
    recomputed()
    assert run().is_clean, "without the file nothing shows"
    report = run(against=chain.read(file))
    assert ("changed", 2, LINES, key) in found(report)
    assert report.first_broken == 2
    assert any(one.text.endswith("ist ein anderes als das ausgegebene.") for one in report.findings)


def test_links_missing_after_a_restore_show(line: BudgetLine, file: Path) -> None:
    """The database comes from a backup of the day before: the last link and its rows are gone."""
    key = last_entry(line)
    with as_owner(LINES, "agreements_budgetline", "aqb_historylink", "aqb_historypart"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LINES} WHERE pgh_id = %s", [key])
        cursor.execute("UPDATE agreements_budgetline SET title = 'Regelbudget' WHERE id = %s", [line.pk])
        cursor.execute("DELETE FROM aqb_historypart p USING aqb_historylink l WHERE l.id = p.link_id AND l.number = 2")
        cursor.execute("DELETE FROM aqb_historylink WHERE number = 2")
    assert run().is_clean, "without the file nothing shows"
    report = run(against=chain.read(file))
    assert report.first_broken == 2
    assert found(report) == [("removed", 2, LINES, key)]
    assert any("fehlt in der Datenbank" in one.text for one in report.findings)


def test_export_never_overwrites_the_proof_against_it(line: BudgetLine, file: Path) -> None:
    before = file.read_bytes()
    forge(line)
    recomputed()
    with pytest.raises(chain.Diverged, match="weicht ab Kettenglied 2 von dieser Datei ab"):
        chain.export(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing half written stays"


def test_export_continues_its_own_file(file: Path) -> None:
    link()
    assert chain.export(file) == 3
    assert [one.number for one in chain.read(file)] == [1, 2, 3]


def test_export_leaves_another_file_alone(tmp_path: Path, line: BudgetLine) -> None:
    other = tmp_path / "haushalt.txt"
    other.write_text("Haushalt 2026\n")
    with pytest.raises(chain.Unreadable):
        chain.export(other)
    assert other.read_text() == "Haushalt 2026\n"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda lines: ["{}", *lines[1:]], "keine Datei mit"),
        (lambda lines: ["Haushalt", *lines[1:]], "beschädigt"),
        (lambda lines: lines[:-1], "bricht nach Kettenglied 2 ab"),
        (lambda lines: [lines[0], *lines[2:]], "fehlt Kettenglied 1"),
        (lambda lines: [lines[0], changed(lines[1], rows=7), *lines[2:]], "passen nicht zu ihrem Inhalt"),
        (lambda lines: [lines[0], changed(lines[1], leaves="AAAA"), *lines[2:]], "passen nicht zu ihrem Inhalt"),
        (lambda lines: [lines[0], '{"number": 1}', *lines[2:]], "passen nicht zu ihrem Inhalt"),
    ],
)
def test_damaged_file_is_refused(file: Path, damage: object, words: str) -> None:
    lines = file.read_text().splitlines()
    file.write_text("\n".join(damage(lines)) + "\n")  # type: ignore[operator]
    with pytest.raises(chain.Unreadable, match=words):
        list(chain.read(file))


def changed(line: str, **values: object) -> str:
    content = json.loads(line)
    content["parts"][0].update(values)
    return json.dumps(content)


def said(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue().replace("\xa0", " ")


def test_commands_make_export_and_verify(tmp_path: Path) -> None:
    make.line()
    file = tmp_path / "kette.jsonl"
    text = said("chain_history", "--settle", "0", "--export", str(file))
    assert text.startswith("Kettenglied 1: ")
    assert "1 Kettenglied steht jetzt in" in text
    assert said("verify_history", "--against", str(file)).startswith("Der Verlauf ist unversehrt. 1 Kettenglied mit ")
    assert said("chain_history", "--settle", "0", "--verbosity", "0") == ""
    assert said("verify_history", "--verbosity", "0") == ""
    make.remark()
    assert "Einträge sind noch nicht verkettet" in said("verify_history")


def test_command_names_first_broken_link_and_rows(line: BudgetLine, file: Path) -> None:
    key, out = forge(line), io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_history", against=file, stdout=out)
    assert caught.value.returncode == 1
    assert "Der Verlauf ist nicht unversehrt. Das erste Kettenglied, das nicht hält, ist 2." in str(caught.value)
    (told,) = out.getvalue().splitlines()
    assert told.split()[:2] == ["2", "verändert"]
    assert f"Eintrag {key} vom" in told


def test_command_says_how_many_more_there_are(line: BudgetLine) -> None:
    for number in range(chain.NAMED + 10):
        line.title = f"Titel {number}"
        line.save()
    link()
    with as_owner(LINES), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {LINES}")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_history", stdout=out)
    assert "entfernt     … und 12 weitere" in out.getvalue()
    assert out.getvalue().count("fehlt.") == chain.NAMED


@pytest.mark.parametrize("command", ["verify_history", "chain_history"])
def test_file_that_cannot_be_used_is_told_in_a_sentence(command: str, tmp_path: Path) -> None:
    option = {"verify_history": "against", "chain_history": "export"}[command]
    settle = {"settle": 0} if command == "chain_history" else {}
    with pytest.raises(CommandError, match="lässt sich nicht"):
        call_command(command, **{option: tmp_path / "nirgends" / "kette.jsonl"}, **settle, stdout=io.StringIO())
    (tmp_path / "haushalt.txt").write_text("Haushalt 2026\n")
    with pytest.raises(CommandError, match="beschädigt"):
        call_command(command, **{option: tmp_path / "haushalt.txt"}, **settle, stdout=io.StringIO())


def test_long_verification_tells_how_far_it_is(line: BudgetLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aqb.management.commands.verify_history.TELL_EVERY", -1)
    assert "… 1 von 2 Kettengliedern geprüft" in said("verify_history")
    assert HistoryLink.objects.count() == 2
