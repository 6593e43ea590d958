"""One archive holds the whole case, and whoever opens it can check it."""

import hashlib
import json
from pathlib import Path

import pikepdf
import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement, AgreementVersion, Document
from aqb.access import Role
from aqb.models import User
from projects.models import Project, ProjectEntry
from reporting.case_file import papers, tables
from tests import factories as make
from tests.aqb.papers import findings
from tests.reporting.cases import all_files, issued, packed, table, unpacked, validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AgreementVersion:
    return issued()


@pytest.fixture
def auditor() -> User:
    return make.user(Role.AUDITOR, name="Petra Prüferin")


# ---- the bag ----


def test_library_finds_the_bag_valid(version: AgreementVersion, auditor: User, tmp_path: Path) -> None:
    bag = unpacked(packed(version, auditor)[1], tmp_path)
    answer = validated(bag)
    assert answer.returncode == 0, answer.stderr
    assert {"manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt"} <= {
        one.name for one in bag.iterdir()
    }
    for kind in ("sha256", "sha512"):
        lines = (bag / f"manifest-{kind}.txt").read_text(encoding="utf-8").splitlines()
        named = {line.split(maxsplit=1)[1].removeprefix("data/") for line in lines}
        assert named == all_files(bag)
        for line in lines:
            digest, name = line.split(maxsplit=1)
            assert hashlib.new(kind, (bag / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("where", ["data/verlauf.pdf", "data/tabellen/fassungen.csv", "bag-info.txt"])
def test_one_changed_byte_is_found(version: AgreementVersion, tmp_path: Path, where: str) -> None:
    bag = unpacked(packed(version)[1], tmp_path)
    content = bytearray((bag / where).read_bytes())
    content[len(content) // 2] ^= 1
    (bag / where).write_bytes(content)
    assert validated(bag).returncode != 0


def test_removed_and_added_files_are_found(version: AgreementVersion, tmp_path: Path) -> None:
    bag = unpacked(packed(version)[1], tmp_path)
    (bag / "data" / "dazu.txt").write_text("dazu")
    assert validated(bag).returncode != 0
    (bag / "data" / "dazu.txt").unlink()
    (bag / "data" / "LIESMICH.txt").unlink()
    assert validated(bag).returncode != 0


def test_bag_says_what_it_is_about(version: AgreementVersion, auditor: User, tmp_path: Path) -> None:
    make.ministry()
    district = version.agreement.district
    bag = unpacked(packed(version, auditor)[1], tmp_path)
    facts = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines())
    assert bag.name == f"fallakte-{version.agreement.budget_year.year}-{district.ags}"
    assert facts["External-Description"].endswith(f"mit {district.dative}")
    assert facts["Source-Organization"] == "Hessisches Ministerium für Soziales und Integration"
    assert facts["Contact-Name"] == "Petra Prüferin"
    assert facts["Internal-Sender-Identifier"] == "AZ 4711"
    assert facts["Payload-Oxum"].split(".")[1] == str(len(all_files(bag)))
    assert "Fehlende-Dateien" not in facts


# ---- what is in it ----


def test_every_document_lies_in_it_byte_for_byte(version: AgreementVersion, tmp_path: Path) -> None:
    found, content = packed(version)
    bag = unpacked(content, tmp_path)
    documents = list(Document.objects.filter(agreement=version.agreement))
    assert found.documents == len(documents) == 3
    for document in documents:
        lies = bag / "data" / papers.name_of(document)
        assert hashlib.sha256(lies.read_bytes()).hexdigest() == document.sha256
    number = version.document_number
    assert any(name.startswith(f"dokumente/{number}-ausfertigung-") for name in all_files(bag))
    assert sum(name.startswith(f"belege/{number}-beleg-") and name.endswith(".pdf") for name in all_files(bag)) == 2


def test_reports_of_the_evidence_lie_beside_it(version: AgreementVersion, tmp_path: Path) -> None:
    bag = unpacked(packed(version)[1], tmp_path)
    for proof in version.documents.filter(kind="evidence"):
        report = bag / "data" / f"{papers.name_of(proof).removesuffix('.pdf')}-pruefbericht.json"
        assert json.loads(report.read_text(encoding="utf-8")) == proof.proof.findings


def test_data_of_each_issued_version_are_those_of_its_paper(version: AgreementVersion, tmp_path: Path) -> None:
    bag = unpacked(packed(version)[1], tmp_path)
    data = json.loads((bag / "data" / "fassungen" / f"{version.document_number}.json").read_text(encoding="utf-8"))
    assert data == version.snapshot


def test_draft_has_no_printed_data_and_a_case_file_all_the_same(tmp_path: Path) -> None:
    draft = make.version()
    bag = unpacked(packed(draft)[1], tmp_path)
    assert validated(bag).returncode == 0
    assert not (bag / "data" / "fassungen").exists()
    assert len(table(bag, "fassungen")) == 1


def test_tables_tell_the_case(version: AgreementVersion, tmp_path: Path) -> None:
    bag = unpacked(packed(version)[1], tmp_path)
    (row,) = table(bag, "fassungen")
    assert (row["Fassung"], row["Stand"], row["Dokumentnummer"]) == ("0", "Ausgefertigt", version.document_number)
    assert [one["Betrag"] for one in table(bag, "projekte")] == ["10000,00", "10000,00"]
    assert {one["Budgetlinie"] for one in table(bag, "finanzierung")} == {str(make_title(version))}
    assert [one["Anmerkung"] for one in table(bag, "anmerkungen")] == ["'=1+1 ist keine Formel, sondern eine Anmerkung"]
    assert {one["Name"] for one in table(bag, "unterschriften")} == {"Erika Muster"}
    assert [one["Person"] for one in table(bag, "abrufe")] == [make.person(Role.MINISTRY).name]
    steps = [(one["Von"], one["Nach"]) for one in table(bag, "statuswechsel")]
    assert steps[-1] == ("Freigegeben", "Ausgefertigt")
    files = {one["Datei in dieser Akte"] for one in table(bag, "dokumente")}
    assert files <= all_files(bag)


def make_title(version: AgreementVersion) -> str:
    return str(version.lines.get().line.title)


def test_case_holds_nothing_of_another_agreement(version: AgreementVersion, tmp_path: Path) -> None:
    other = make.version(status="published")
    secret = make.remark(other, text="Das geht nur den anderen Kreis etwas an.")
    make.strategy(other.agreement.district, title="Fremde Strategie")
    bag = unpacked(packed(version)[1], tmp_path)
    everything = b"".join(one.read_bytes() for one in bag.rglob("*") if one.is_file() and one.suffix != ".pdf")
    for foreign in (secret.text, "Fremde Strategie", other.document_number, other.agreement.district.name):
        assert foreign.encode() not in everything


LEFT_OUT: dict[str, str] = {
    "projects.Project": "its identity stands in every row of projekte.csv",
    "agreements.NotedRemark": "not sent: nobody but the ministry has seen it yet",
    "projects.TableImport": "waits for one person's decision and counts for nothing; what is taken over stands in projekte.csv",
    "agreements.ScanBatch": "holds pages of other districts; what belongs here was cut out as evidence",
}
ROOTS = (Agreement, AgreementVersion, Document, Project, ProjectEntry)


def test_every_model_that_hangs_on_an_agreement_has_its_table() -> None:
    told = {one.model for one in tables.tables({})}
    hanging = {
        model
        for model in apps.get_models()
        if model._meta.app_label in ("agreements", "projects") and not model._meta.proxy
        and not model.__name__.endswith("Event")
        and any(isinstance(one, models.ForeignKey) and one.related_model in ROOTS for one in model._meta.get_fields())
    }  # fmt: skip
    assert {model._meta.label for model in hanging - told} - set(LEFT_OUT) == set()
    assert not {one._meta.label for one in told} & set(LEFT_OUT)


def queries(version: AgreementVersion) -> int:
    with CaptureQueriesContext(connection) as asked:
        for one in tables.tables({}):
            list(one.cells(version.agreement))
    return len(asked)


def test_tables_ask_the_database_as_often_for_many_rows_as_for_few(version: AgreementVersion) -> None:
    make.strategy(version.agreement.district)
    queries(version)  # what is remembered for later is no matter of rows
    few = queries(version)
    for _ in range(10):
        make.remark(version)
        make.evidence(version, "district")
        make.strategy(version.agreement.district)
    assert queries(version) == few


# ---- history ----


def test_history_is_there_as_table_and_as_paper(version: AgreementVersion, auditor: User, tmp_path: Path) -> None:
    bag = unpacked(packed(version, auditor)[1], tmp_path)
    rows = table(bag, "verlauf")
    assert any("hat" in row["Was"] for row in rows)
    numbers = [int(row["Nr."]) for row in rows]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, max(numbers) + 1))
    paper = bag / "data" / "verlauf.pdf"
    with pikepdf.open(paper) as pdf:
        (name,) = pdf.attachments
        assert name == "verlauf.csv"
        assert pdf.attachments[name].get_file().read_bytes() == (bag / "data" / "tabellen" / "verlauf.csv").read_bytes()
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert str(pdf.docinfo.Title) == f"Verlauf der {version.agreement}"
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert 'pdfuaid:part="1"' in metadata


def test_checker_for_accessibility_finds_nothing(version: AgreementVersion, tmp_path: Path) -> None:
    bag = unpacked(packed(version)[1], tmp_path / "bag")
    report = findings((bag / "data" / "verlauf.pdf").read_bytes(), tmp_path)
    assert (report.returncode, "no findings" in report.stdout) == (0, True), report.stdout
