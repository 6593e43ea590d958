"""The pages of the steps: confirmation, reason, agreed amounts, signatories, amendments, preview."""

import pytest

from agreements.models import AgreementVersion, Party
from tests import factories as make
from tests.agreements.pages import district_lead, ministry, path, text
from tests.forms import fill_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", ["withdraw", "terminate"])
def test_step_without_reason_is_refused_and_changes_nothing(step: str) -> None:
    version = make.version(status="signed" if step == "terminate" else "submitted")
    answer = ministry().post(path(version, f"schritt/{step}/"), {"reason": "  "})
    assert "Bitte nennen Sie den Grund." in text(answer)
    before = version.status
    version.refresh_from_db()
    assert version.status == before


def test_return_with_reason_shows_it_to_the_district() -> None:
    version = make.version(status="submitted")
    typed = {"then": "return", "unlock": "all", "reason": "Bitte <b>ergänzen</b> & begründen."}
    ministry().post(path(version, "zurueckgeben/"), typed)
    page = text(district_lead(version.agreement.district).get(path(version)))
    assert "Bitte &lt;b&gt;ergänzen&lt;/b&gt; &amp; begründen." in page


def test_refused_step_keeps_what_was_typed() -> None:
    version = make.version(status="published")
    answer = ministry().post(path(version, "schritt/withdraw/"), {"reason": "Der Betrag stimmt nicht."})
    assert answer.status_code == 200
    assert "Der Betrag stimmt nicht." in text(answer)
    assert "Zurückziehen lässt sich eine Fassung nur, solange sie nicht unterzeichnet ist." in text(answer)


def test_page_before_an_impossible_step_says_why() -> None:
    version = make.version()
    page = text(district_lead(version.agreement.district).get(path(version, "schritt/submit/")))
    assert "Das ist noch nicht möglich" in page
    assert '<form class="aqb-form' not in page


def test_step_of_another_role_is_refused_with_a_page() -> None:
    version = make.version(status="submitted")
    answer = district_lead(version.agreement.district).post(path(version, "schritt/approve/"))
    assert answer.status_code == 403
    assert "Freigeben kann nur die Referatsleitung" in text(answer)


def test_unknown_step_does_not_exist() -> None:
    assert ministry().get(path(make.version(), "schritt/sign/")).status_code == 404


def test_step_by_get_changes_nothing() -> None:
    version = make.version(status="approved")
    ministry().get(path(version, "schritt/issue/"))
    version.refresh_from_db()
    assert version.status == "approved"


def test_agreed_amounts_are_saved() -> None:
    version = make.version(entries=1)
    line = version.lines.get()
    fill_in(ministry(), path(version, "ansaetze/"), {f"line_{line.line_id}": "90.000,50"})
    line.refresh_from_db()
    assert str(line.amount) == "90000.50"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("1.234,505", "3 Stellen nach dem Komma"), ("-5", "ist negativ"), ("1e9", "ist kein Betrag"),
     ("12,3,4", "ist kein Betrag"), ("999999999999999", "ist zu groß"), ("", "0 heißt kein Ansatz"),
     ("9.999,99", "In den Projekten sind schon 10.000,00 € erfasst.")],
)  # fmt: skip
def test_bad_amount_is_a_sentence_and_stays_in_the_field(written: str, sentence: str) -> None:
    version = make.version(entries=1)  # its project holds 10,000 euro
    line = version.lines.get()
    answer = fill_in(ministry(), path(version, "ansaetze/"), {f"line_{line.line_id}": written})
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert f'value="{written}"' in text(answer) or not written
    line.refresh_from_db()
    assert str(line.amount) == "100000.00"


def test_another_released_wording_can_be_chosen() -> None:
    version = make.version()
    other = make.wording(version.agreement.budget_year)
    assert "Vertragstext übernehmen" in text(ministry().get(path(version, "ansaetze/")))
    fill_in(ministry(), path(version, "vertragstext/"), {"wording": other.pk}, path(version, "ansaetze/"))
    version.refresh_from_db()
    assert version.wording == other


def test_wording_of_another_vintage_is_refused() -> None:
    version = make.version()
    make.wording(version.agreement.budget_year)  # so that there is something to choose
    foreign = make.wording(make.budget_year())
    answer = fill_in(ministry(), path(version, "vertragstext/"), {"wording": foreign.pk}, path(version, "ansaetze/"))
    assert "Bitte wählen Sie einen freigegebenen Vertragstext dieses Jahrgangs." in text(answer)
    assert AgreementVersion.objects.get().wording_id == version.wording_id


def test_signatories_of_both_sides_are_saved() -> None:
    version = make.version()
    names = {
        "land-name_1": "Heike Beispiel",
        "land-office_1": "Staatsministerin",
        "district-name_1": "A",
        "district-office_1": "Landrat",
        "district-name_2": "B",
        "district-office_2": "Beigeordnete",
    }
    ministry().post(path(version, "unterzeichnende/"), names)
    assert [one.name for one in version.signatories.order_by("-party", "position")] == ["Heike Beispiel", "A", "B"]


def test_signatory_without_office_is_a_sentence() -> None:
    version = make.version()
    answer = district_lead(version.agreement.district).post(
        path(version, "unterzeichnende/"), {"district-name_1": "Jörg Groß", "district-office_1": ""}
    )
    assert "Bitte geben Sie auch das Amt an" in text(answer)
    assert "Jörg Groß" in text(answer)
    assert not version.signatories.exists()


def test_district_names_only_its_own_side() -> None:
    version = make.version()
    client = district_lead(version.agreement.district)
    assert "Für das Land Hessen" not in text(client.get(path(version, "unterzeichnende/")))
    client.post(path(version, "unterzeichnende/"), {"land-name_1": "X", "land-office_1": "Y"})
    assert not version.signatories.filter(party=Party.LAND).exists()


def test_amendment_begins_with_a_reason() -> None:
    version = make.version(status="published")
    make.wording(version.agreement.budget_year, kind="amendment")
    url = path(version)[: -len("0/")] + "aendern/"
    client = district_lead(version.agreement.district)
    assert "Bitte nennen Sie den Grund." in text(client.post(url, {"reason": ""}))
    answer = client.post(url, {"reason": "Ein Projekt kommt hinzu."})
    assert answer.headers["Location"].endswith("/1/")
    assert version.agreement.versions.get(number=1).base == version


def test_copy_follows_a_withdrawn_version() -> None:
    version = make.version(status="withdrawn", entries=1)
    assert "Kopie anlegen" in text(ministry().get(path(version, "fortfuehren/")))
    ministry().post(path(version, "fortfuehren/"))
    assert version.agreement.versions.get(number=1).entries.count() == 1
    assert "Das ist noch nicht möglich" in text(ministry().get(path(make.version(), "fortfuehren/")))


def test_preview_is_a_pdf_for_reading() -> None:
    version = make.version(entries=1)
    make.ministry()
    answer = district_lead(version.agreement.district).get(path(version, "vorschau.pdf"))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_preview_names_what_is_missing() -> None:
    version = make.version()
    make.ministry()
    type(version.agreement.district).objects.update(dative="")
    answer = ministry().get(path(version, "vorschau.pdf"))
    assert answer.status_code == 409
    assert "fehlt bei" in text(answer)
