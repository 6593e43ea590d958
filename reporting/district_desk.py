"""The desk of a district: for each running vintage what is next, who has the ball, and until when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from agreements import dates, unlocking, version_rows
from agreements.checks import Check, submission_checks, whose_turn
from agreements.dates import Due
from agreements.models import AgreementVersion, Party, Status
from agreements.views import places
from agreements.views.fetching import address
from aqb import clock
from aqb.access import Role, why_not
from aqb.models import User
from aqb.money import format_euro
from aqb.screens import NBSP, Task, german_date, listed

WAITING = {
    Status.SUBMITTED: ("Prüfung und Freigabe", "Sie können die Angaben wieder ändern, wenn das Ministerium sie zurückgibt."),
    Status.APPROVED: ("Ausfertigung", "Das Ministerium fertigt die Zielvereinbarung aus; danach wird unterzeichnet."),
    Status.SIGNED: ("Veröffentlichung", "Alle Seiten haben unterzeichnet."),
}  # fmt: skip
DUE = {Status.DRAFT: "einzureichen", Status.ISSUED: "zu unterzeichnen"}
LATE = ("submission_due", "signing_due")  # they do not go away by waiting
DEADLINES_SHOWN = 6
HOW_TO_SIGN = "Ausfertigung drucken, unterschreiben und gescannt hochladen; oder die Datei elektronisch unterzeichnen."


@dataclass
class Work:
    """One vintage on the desk: its newest version, the tasks in the order of doing, and the next date."""

    version: Any
    url: str
    turn: str
    tasks: list[Task] = field(default_factory=list)
    due: date | None = None
    due_words: str = ""

    @property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.state == "open"]


def works(user: User) -> list[Work]:
    """The district's agreements whose money still flows or which are still under way, newest vintage first."""
    versions = (
        AgreementVersion.objects.visible_to(user)
        .current()
        .with_totals()
        .select_related("agreement__budget_year__opened_by", "agreement__district", "returned_by", "submitted_by")
        .prefetch_related("remarks__replies")
        .order_by("-agreement__budget_year__year")
    )
    found = [one for one in versions if is_running(one)]
    places.read_at_once([one for one in found if one.status == Status.ISSUED])
    version_rows.read_at_once([one for one in found if one.status == Status.DRAFT])
    submitting = cache(lambda: _who_submits(user))
    return [_work(one, user, submitting) for one in found]


def is_running(version: Any) -> bool:
    """Whether there may still be something to do: it is under way, or not ended and its money still flows."""
    if version.status in (Status.WITHDRAWN, Status.TERMINATED):
        return False
    return version.is_open or version.agreement.budget_year.last_cash_year >= clock.today().year


def running(versions: Any) -> list[Any]:
    """Of these versions the newest of each agreement, where it is running; with the dates of its vintage."""
    found = versions.current().select_related("agreement__budget_year", "agreement__district")
    rows = found.prefetch_related("agreement__budget_year__deadlines").order_by("pk")
    return [row for row in rows if is_running(row)]


def _work(version: Any, user: User, submitting: Callable[[], str]) -> Work:
    work = Work(version, reverse("version_detail", kwargs=address(version)), whose_turn(version))
    if version.status == Status.DRAFT:
        work.tasks = _draft_tasks(version, user, work.url, submitting)
    elif version.status == Status.ISSUED:
        work.tasks = _signing_tasks(version, user, work.url)
        work.turn = "district" if work.open_tasks else "ministry"
    elif version.status in WAITING:
        title, note = WAITING[version.status]
        work.tasks = [Task(f"{title} durch das Ministerium", "waiting", note=note)]
    if version.status in DUE and work.turn == "district":
        work.due_words, work.due = DUE[version.status], dates.day_of(version, version.status)
    return work


def _draft_tasks(version: Any, user: User, url: str, submitting: Callable[[], str]) -> list[Task]:
    """What submitting asks for, then what may be done, then submitting itself."""
    # Several checks may lead to the same work: an incomplete project is one task, however much it lacks.
    tasks = [task for check in submission_checks(version) if (task := _task_of(check, version, url))]
    if rest := _rest_task(version, url):
        tasks.append(rest)
    return [*tasks, _submit_task(version, user, tasks, submitting)]


def _task_of(check: Check, version: Any, url: str) -> Task | None:
    if check.key == "remarks":
        return _remark_task(check, version, url)
    if check.key == "entry":
        edit = f"{reverse('project_edit', args=[check.about.pk])}?pruefen=ja"
        what = check.label.removeprefix(f"{check.about.title}: ")
        return Task(f"Projekt „{check.about.title}“ vervollständigen", "open", edit, f"{what[0].upper()}{what[1:]}.")
    if check.key == "projects" and not check.met:
        return Task("Projekte erfassen", "open", reverse("project_create", kwargs=address(version)), check.hint)
    if check.key == "strategy":
        edit = reverse("strategy_edit", args=[version.agreement.district.ags])
        state, note = ("done", check.label) if check.met else ("open", check.hint)
        return Task("Arbeitsmarktstrategie bestätigen", state, edit, note)
    if check.met:
        return None
    state = "waiting" if check.key == "allocations" else "open"  # the ministry adjusts allocations
    return Task(f"{check.label[0].upper()}{check.label[1:]}", state, url, check.hint)


def _remark_task(check: Check, version: Any, url: str) -> Task:
    waiting = [remark for remark in version.remarks.all() if remark.is_open]
    if not waiting:
        return Task("Anmerkungen des Ministeriums beantworten", "done", f"{url}#anmerkungen", check.label)
    count = "1 Anmerkung" if len(waiting) == 1 else f"{len(waiting)} Anmerkungen"
    titles = list(dict.fromkeys(remark.project_title for remark in waiting if remark.project_title))
    note = f"zu {'dem Projekt' if len(titles) == 1 else 'den Projekten'} {listed(titles)}" if titles else check.hint
    return Task(f"{count} des Ministeriums beantworten", "open", f"{url}#anmerkungen", note)


def _rest_task(version: Any, url: str) -> Task | None:
    """Money that no project has taken yet may be shared out; once there is a project at all."""
    if unlocking.of_version(version) is not None:
        return None  # the amounts are agreed but for what the return has unlocked
    left = [line for line in version_rows.rows(version, "lines") if line.remaining > 0]
    if not left or version.entered == 0:
        return None
    title = f"Restmittel aufteilen: {left[0].line.title}" if len(left) == 1 else "Restmittel aufteilen"
    names = [f"{line.line.title} " * (len(left) > 1) + f"{format_euro(line.remaining)}{NBSP}€" for line in left]
    return Task(title, "optional", url, f"{listed(names)} sind noch keinem Projekt zugeordnet.")


def _submit_task(version: Any, user: User, tasks: list[Task], submitting: Callable[[], str]) -> Task:
    title = f"{version.designation} einreichen"
    open_numbers = [str(number) for number, task in enumerate(tasks, start=1) if task.state in ("open", "waiting")]
    if not open_numbers and not why_not(user, "version.submit", version.agreement.district):
        return Task(title, "open", reverse("version_step", kwargs={**address(version), "step": "submit"}))
    when = ""
    if len(open_numbers) == 1:
        when = f"möglich, sobald die Aufgabe {open_numbers[0]} erledigt ist; "
    elif open_numbers:
        when = f"möglich, sobald die Aufgaben {listed(open_numbers)} erledigt sind; "
    return Task(title, "later", note=f"{when}{submitting()}")


def _who_submits(user: User) -> str:
    """Who submits for the district of `user`, for whom the desk is."""
    if why_not(user, "version.submit", user.district) is None:
        return "einreichen können Sie selbst"
    leads = User.objects.filter(district=user.district_id, role=Role.DISTRICT_LEAD, is_active=True)
    names = list(leads.values_list("name", flat=True))
    return f"einreichen kann {listed(names, 'oder')}" if names else "einreichen kann nur die Leitung"


def _signing_tasks(version: Any, user: User, url: str) -> list[Task]:
    """What the district's own side still lacks, and where the Land's signature stands."""
    found = places.places(version, user)
    own = [place for place in found if place.party == Party.DISTRICT]
    land = [place for place in found if place.party == Party.LAND]
    return [_own_task(version, own, url), _land_task(land, url)]


def _own_task(version: Any, own: list[places.Place], url: str) -> Task:
    """One task for all places of the district; the first that is not done speaks for them."""
    title = f"{version.designation} unterzeichnen"
    place = next((one for one in own if one.state != "confirmed"), None)
    if place is None:
        done = own[0].signature
        return Task(title, "done", url, f"unterzeichnet am {german_date(done.signed_on)} in {done.place}")
    if place.state in ("missing", "rejected"):
        note = f"Der letzte Beleg ist zurückgewiesen: {place.reason}" if place.reason else HOW_TO_SIGN
        return Task(title, "open", reverse("evidence_upload", kwargs=address(version)), note)
    return Task(title, "waiting", url, "Ihr Beleg liegt vor. Das Ministerium erfasst und bestätigt die Unterschrift.")


def _land_task(land: list[places.Place], url: str) -> Task:
    title = "Unterschrift des Ministeriums"
    if all(one.state == "confirmed" for one in land):
        done = land[0].signature
        return Task(title, "done", url, f"unterzeichnet am {german_date(done.signed_on)} in {done.place}")
    return Task(title, "waiting", note="Das Ministerium unterzeichnet für das Land Hessen.")


def deadlines(desk: Iterable[Work]) -> list[Due]:
    """The dates of the running vintages that are still to be kept, the next one first; a step that is late stays."""
    versions = [work.version for work in desk]
    prefetch_related_objects(versions, "agreement__budget_year__deadlines")
    found = [due for version in versions for due in dates.of_district(version)]
    ahead = [due for due in found if due.key in LATE or due.day >= clock.today()]
    return dates.in_order(ahead)[:DEADLINES_SHOWN]


def contact(desk: Iterable[Work]) -> User | None:
    """Who answers questions: the person of the ministry who last gave something back, or who opened the vintage."""
    for work in desk:
        person: User | None = work.version.returned_by or work.version.agreement.budget_year.opened_by
        if person is not None and person.is_active:
            return person
    return None
