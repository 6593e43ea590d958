"""Several agreements at once: the page that says what will happen, the job that does it, and nothing twice."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from agreements.actions import reminders
from agreements.models import AgreementVersion, BudgetYear, Document
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import Job, Notice, User
from tests import factories as make
from tests.agreements.pages import client_of, ministry, text
from tests.clients import age, sign_in
from tests.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
SELECTION, LIST = "/jahrgaenge/2023/auswahl/", "/jahrgaenge/2023/?status=approved"


def versions(*states: str) -> list[AgreementVersion]:
    make.ministry()
    year = BudgetYear.objects.filter(year=2023).first() or make.budget_year(year=2023)
    line = year.lines.first() or make.line(year, amount=9_000_000)
    return [make.version(make.agreement(year, make.allocation(line).district), status) for status in states]


def chosen(*rows: AgreementVersion, do: str = "issue", **more: str) -> dict[str, Any]:
    return {"do": do, "version": [row.pk for row in rows], "back": LIST, **more}


def once_of(page: str) -> str:
    found = re.search(r'name="once" value="(\w+)"', page)
    assert found
    return found[1]


def statuses() -> list[str]:
    return list(AgreementVersion.objects.order_by("pk").values_list("status", flat=True))


def test_page_before_says_what_happens_to_each_and_why_not() -> None:
    rows = versions("approved", "draft", "approved")
    page = text(ministry().post(SELECTION, chosen(*rows)))
    assert "<h1" in page
    assert "2 Zielvereinbarungen ausfertigen" in page
    assert page.count("wird ausgefertigt") == 2
    assert "Ausfertigen lässt sich nur, was freigegeben ist." in page
    assert "Das lässt sich nicht rückgängig machen." in page
    assert re.findall(r'name="version" value="(\d+)"', page) == [str(rows[0].pk), str(rows[2].pk)]
    assert not Job.objects.exists()


def test_job_issues_all_that_go_and_says_why_the_others_did_not() -> None:
    rows = versions("approved", "approved", "approved")
    client = ministry()
    page = text(client.post(SELECTION, chosen(*rows)))
    answer = client.post(SELECTION, chosen(*rows, once=once_of(page)))
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/auftraege/{job.pk}/"
    assert (job.title, job.back, job.total) == ("3 Zielvereinbarungen ausfertigen", LIST, 3)
    assert statuses() == ["approved"] * 3, "nothing happens before a worker comes"
    AgreementVersion.objects.filter(pk=rows[1].pk).update(
        status="draft", submitted_at=None, submitted_by=None, approved_at=None, approved_by=None
    )
    run_jobs()
    assert statuses() == ["issued", "draft", "issued"]
    assert Document.objects.filter(kind="issued").count() == 2
    found = list(job.rows.order_by("position").values_list("state", "text"))
    number = AgreementVersion.objects.get(pk=rows[0].pk).document_number
    assert found[0] == ("done", f"Ausgefertigt als {number}.")
    assert found[1] == ("refused", "Ausfertigen lässt sich nur, was freigegeben ist.")
    page = text(client.get(answer.headers["Location"]))
    assert "2 von 3 Zeilen erledigt, 1 Zeile ging nicht" in page
    assert page.index("Nicht möglich") < page.index("Ausgefertigt als")


def test_posting_twice_starts_nothing_twice() -> None:
    rows = versions("approved", "approved")
    client = ministry()
    once = once_of(text(client.post(SELECTION, chosen(*rows))))
    first, second = (client.post(SELECTION, chosen(*rows, once=once)) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == 1
    run_jobs()
    again = client.post(SELECTION, chosen(*rows, once=once))
    assert "Bei keiner der ausgewählten Zielvereinbarungen ist das jetzt möglich" in text(again), (
        "back button, pressed again"
    )
    assert Job.objects.count() == 1
    assert Document.objects.filter(kind="issued").count() == 2


def test_issuing_asks_for_a_fresh_login_and_goes_on_afterwards() -> None:
    rows, client = versions("approved"), Client()
    sign_in(client, make.person(Role.MINISTRY))
    once = once_of(text(client.post(SELECTION, chosen(*rows))))
    age(client, signed_in=16 * 60)
    answer = client.post(SELECTION, chosen(*rows, once=once))
    assert answer.status_code == 302
    assert "/konto/" in answer.headers["Location"]
    assert not Job.objects.exists()
    back = client.post(answer.headers["Location"], {"password": make.PASSWORD}, follow=True)
    job = Job.objects.get()
    assert back.redirect_chain[-1][0] == f"/auftraege/{job.pk}/"


def test_rights_lost_in_between_are_asked_again() -> None:
    rows, client = versions("approved"), ministry()
    client.post(SELECTION, chosen(*rows, once="a"))
    User.objects.filter(role=Role.MINISTRY).update(role=Role.AUDITOR)
    run_jobs()
    assert statuses() == ["approved"]
    assert Job.objects.get().rows.get().text == "Ausfertigen kann nur das Ministerium."


@pytest.mark.parametrize("role", [Role.DISTRICT_LEAD, Role.AUDITOR, Role.GRANT_OFFICE])
def test_others_select_nothing(role: Role) -> None:
    rows = versions("approved")
    assert client_of(make.user(role)).post(SELECTION, chosen(*rows, once="a")).status_code == 403
    assert not Job.objects.exists()


def test_nothing_selected_leads_back_with_a_word() -> None:
    versions("approved")
    foreign = make.version(make.agreement(make.budget_year(year=2024)), "approved")
    client = ministry()
    for data in (chosen(), chosen(foreign), chosen() | {"version": ["x", "9" * 30, "-1"]}):
        answer = client.post(SELECTION, data, follow=True)
        assert answer.redirect_chain == [(LIST, 302)]
        assert "Es ist nichts ausgewählt." in text(answer)
    answer = client.post(SELECTION, chosen() | {"back": "https://fremd.example/"})
    assert answer.headers["Location"] == "/jahrgaenge/2023/"
    assert client.post(SELECTION, chosen(do="delete")).status_code == 404
    assert client.get(SELECTION).status_code == 405


def test_selection_is_handed_out_as_it_is_sorted() -> None:
    rows = versions("approved", "draft", "approved")
    answer = ministry().post(f"{SELECTION}?sort=-name", chosen(rows[0], rows[2], do="export"))
    sheet: Any = load_workbook(BytesIO(answer.content)).active
    names = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert names == [rows[2].agreement.district.name, rows[0].agreement.district.name]


def test_page_before_asks_as_often_for_many_as_for_few(django_assert_max_num_queries: Any) -> None:
    client = ministry()
    rows = versions(*["approved"] * 12)
    client.post(SELECTION, chosen(*rows))
    with django_assert_max_num_queries(15):
        client.post(SELECTION, chosen(*rows))
    with django_assert_max_num_queries(25):
        assert client.post(SELECTION, chosen(*rows, once="a")).status_code == 302


def test_list_offers_boxes_and_works_without_a_script() -> None:
    rows = versions("approved", "draft")
    client = ministry()
    page = text(client.get("/jahrgaenge/2023/"))
    for row in rows:
        assert f'name="version" value="{row.pk}"' in page
    assert page.count(" checked") == page.count('name="column"') - 3, "no row, only the usual columns"
    everything = text(client.get("/jahrgaenge/2023/?auswahl=alle"))
    assert len(re.findall(r'name="version"[^>]* checked', everything)) == 2
    assert "Auswahl ausfertigen …" in page


def test_reminder_tells_the_people_of_the_district_once_a_day() -> None:
    draft, issued, approved, signed = versions("draft", "issued", "approved", "issued")
    make.signature(signed, "district")
    people = [make.user(Role.DISTRICT, row.agreement.district) for row in (draft, draft, issued, signed)]
    make.user(Role.DISTRICT)
    client = ministry()
    page = text(client.post(SELECTION, chosen(draft, issued, approved, signed, do="remind")))
    assert "2 Gebietskörperschaften erinnern" in page
    assert "Die Gebietskörperschaft ist nicht am Zug." in page
    assert "Die Gebietskörperschaft hat schon unterzeichnet." in page
    client.post(SELECTION, chosen(draft, issued, do="remind", once=once_of(page)))
    run_jobs()
    here = User.objects.filter(district__in=[draft.agreement.district, issued.agreement.district])
    assert set(Notice.objects.values_list("recipient", flat=True)) == set(here.values_list("pk", flat=True))
    assert {one.pk for one in people[:3]} <= set(here.values_list("pk", flat=True))
    assert ("done", "2 Personen sind erinnert.") in Job.objects.get().rows.values_list("state", "text")
    client.post(SELECTION, chosen(draft, do="remind", once="b"))
    run_jobs()
    assert "heute schon erinnert" in Job.objects.get(once="b").rows.get().text
    assert Notice.objects.count() == here.count()


def test_reminder_says_what_and_until_when() -> None:
    (draft,) = versions("draft")
    person, due = make.user(Role.DISTRICT, draft.agreement.district), clock.today() + timedelta(days=7)
    BudgetYear.objects.update(submission_due=due)
    draft.agreement.budget_year.refresh_from_db()
    assert reminders.remind(version=draft, by=make.user()) == 1
    notice = Notice.objects.get(recipient=person)
    assert notice.title == "Erinnerung: Zielvereinbarung 2023 ist einzureichen"
    assert notice.text.replace("\xa0", " ") == f"einzureichen bis {due:%d.%m.%Y} – noch 7 Tage"
    BudgetYear.objects.update(submission_due=due - timedelta(days=100))
    AgreementVersion.objects.filter(pk=draft.pk).update(
        returned_at=clock.now(), returned_by=make.user(), return_reason="Es fehlt etwas.", resubmit_due=due
    )
    with clock.stopped(clock.now() + timedelta(days=1)):
        reminders.remind(version=draft, by=make.user())
    text = Notice.objects.filter(recipient=person).latest("pk").text
    assert text.replace("\xa0", " ") == f"einzureichen bis {due:%d.%m.%Y} – noch 6 Tage", "as the return has named it"
    (lonely,) = versions("draft")
    with pytest.raises(Refused, match="niemand ein aktives Konto"):
        reminders.remind(version=lonely, by=make.user())
    with pytest.raises(Refused, match="nicht am Zug"):
        reminders.remind(version=versions("approved")[0], by=make.user())
