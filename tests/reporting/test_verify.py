"""`manage.py verify FILE`: the same verdict at the shell, and its exit codes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.actions import steps
from aqb.access import Role
from tests import factories as make
from tests import hostile
from tests.reporting import held

pytestmark = pytest.mark.django_db


def verify(folder: Path, content: bytes) -> tuple[int, str]:
    """Exit code and what is printed."""
    file, printed = folder / "vertrag.pdf", StringIO()
    file.write_bytes(content)
    try:
        call_command("verify", str(file), stdout=printed)
    except SystemExit as end:
        return int(str(end.code)), printed.getvalue()
    return 0, printed.getvalue()


def test_genuine_document_ends_with_0(tmp_path: Path) -> None:
    version = held.signed(sealed=True)
    code, text = verify(tmp_path, held.paper_of(version))
    assert code == 0
    assert text.startswith("Echt und unverändert – in Kraft\n")
    assert f"Nummer: {version.document_number}" in " ".join(text.split())
    assert "unversehrt, Testsiegel ohne rechtliche Wirkung" in text


def test_withdrawn_document_is_genuine_all_the_same(tmp_path: Path) -> None:
    version = held.issued()
    steps.withdraw(version=version, reason="Der Betrag war falsch.", by=make.person(Role.MINISTRY))
    code, text = verify(tmp_path, held.paper_of(version, "issued"))
    assert (code, "zurückgezogen" in text) == (0, True)


def test_changed_document_ends_with_1_and_says_where(tmp_path: Path) -> None:
    version = held.signed()  # not published: whoever is at the shell may see everything
    categories = [{**one, "projects": []} for one in (version.snapshot or {})["categories"]]
    code, text = verify(tmp_path, held.forged(version, amount="999.00", categories=categories))
    assert code == 1
    assert text.startswith("Verändert – bitte nicht verwenden\n")
    assert "• In den mitgeführten Daten weichen ab: der Betrag, die Projekte." in text


def test_unknown_document_and_unconfirmed_evidence_end_with_1(tmp_path: Path) -> None:
    assert verify(tmp_path, hostile.plain())[0] == 1
    version = held.issued()
    make.evidence(version, "land", content=hostile.plain(2))
    code, text = verify(tmp_path, hostile.plain(2))
    assert (code, text.splitlines()[0]) == (1, "Eingegangener Beleg – noch nicht bestätigt")


def test_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"fehlt\.pdf lässt sich nicht lesen: No such file or directory\.$"):
        call_command("verify", str(tmp_path / "fehlt.pdf"))
    with pytest.raises(CommandError, match="lässt sich nicht lesen"):
        call_command("verify", str(tmp_path))


def test_what_is_no_pdf_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ist ihrem Inhalt nach kein PDF"):
        verify(tmp_path, b"Guten Tag")


def test_help_explains_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("verify", "--help")
    assert "Exit code 0: exactly a document that we vouch for" in " ".join(capsys.readouterr().out.split())
