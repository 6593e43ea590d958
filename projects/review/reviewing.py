"""The page on which the ministry checks what was handed in: what has changed, what was answered, and what to decide."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements import checks, submissions, version_rows
from agreements.models import AgreementVersion, Status
from agreements.views import decisions, places, version_page
from agreements.views.agreements import crumbs
from agreements.views.fetching import version_or_404
from agreements.views.talk import remarks_of
from aqb import access
from aqb.pages import Request
from aqb.screens import NBSP, german_date
from projects.models.facets import facet_of
from projects.review import changes
from projects.review.changes import Compared

BEFORE_ISSUE = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
SHOW_ALL = "alle"


@require_safe
def version_review(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Old and new side by side since the last return, or everything on the first submission. `?zeigen=alle` folds nothing."""
    version = version_or_404(request, year, ags, number)
    access.require(request.user, "version.return", version.agreement.district)
    version_rows.read_once(version)
    places.read_at_once([version])
    found_places = places.places(version, request.user)
    remarks = remarks_of(version)
    now, earlier = submissions.stated(version), _earlier(version)
    projects = changes.compare(earlier["projects"] if earlier else {}, now["projects"])
    _put_remarks(projects, remarks)
    changed = [one for one in projects if one.kind != "same"] if earlier else projects
    rows, total = changes.money(earlier["lines"] if earlier else now["lines"], now["lines"])
    everything = request.GET.get("zeigen") == SHOW_ALL
    context = {
        "version": version, "earlier": earlier, "remarks": remarks, "changed": changed,
        "same": [one for one in projects if one not in changed], "everything": everything,
        "sentence": _sentence(projects, remarks, earlier), "money": rows, "money_total": total,
        "checks": checks.submission_checks(version) if version.status in BEFORE_ISSUE else [],
        "bar": decisions.decisions(version, request.user, found_places), "since": _since(version),
        "general": [one for one in remarks if not any(one in project.remarks for project in projects)],
        **_may(version, request.user), **crumbs(version),
    }  # fmt: skip
    return render(request, "projects/review/review.html", context)


def _earlier(version: AgreementVersion) -> dict[str, Any] | None:
    """What the version is compared with: the submission before the return, or the version that an amendment changes."""
    if (before := submissions.before(version)) is not None:
        day = german_date(before.submitted_at)
        return {
            "title": f"Einreichung vom {day}", "since": f"seit der Rückgabe vom {german_date(version.returned_at)}",
            "projects": before.projects, "lines": before.content["lines"],
        }  # fmt: skip
    if version.base is not None:
        base = submissions.stated(version.base)
        return {
            "title": version.base.designation, "since": "gegenüber der geltenden Fassung",
            "projects": {one["uid"]: one for one in base["projects"]}, "lines": base["lines"],
        }  # fmt: skip
    return None


def _since(version: AgreementVersion) -> str:
    """`eingereicht am 29.03.2027 von Aylin Demir`."""
    if version.status == Status.SUBMITTED and version.submitted_by:
        return f"eingereicht am{NBSP}{german_date(version.submitted_at)} von {version.submitted_by.name}"
    return f"{version_page.DONE.get(Status(version.status), 'in Arbeit')} seit {german_date(version.status_changed_at)}"


def _put_remarks(projects: list[Compared], remarks: list[Any]) -> None:
    by_uid = {project.uid: project for project in projects}
    for remark in remarks:
        if (project := by_uid.get(str(remark.project_key))) is not None:
            project.remarks.append(remark)
    for project in projects:
        said = {facet_of(remark.field) for remark in project.remarks}
        project.about = frozenset(row.name for row in project.rows if facet_of(row.name) in said)


def _sentence(projects: list[Compared], remarks: list[Any], earlier: dict[str, Any] | None) -> str:
    """`2 von 9 Projekten wurden seit der Rückgabe vom 17.03.2027 geändert, 7 sind unverändert. Beide Anmerkungen …`."""
    count = len([one for one in projects if one.kind != "removed"])
    if earlier is None:
        first = f"Erste Einreichung mit {count}{NBSP}Projekt{'' if count == 1 else 'en'}."
    else:
        kinds = {kind: sum(one.kind == kind for one in projects) for kind in ("changed", "new", "removed", "same")}
        first = _changes(kinds, count, earlier["since"])
    return f"{first} {_answers(remarks)}".strip()


def _changes(kinds: dict[str, int], count: int, since: str) -> str:
    if not (kinds["changed"] or kinds["new"] or kinds["removed"]):
        return f"An den Projekten hat sich {since} nichts geändert."
    parts = []
    if kinds["changed"]:
        verb = "wurde" if kinds["changed"] == 1 else "wurden"
        parts.append(f"{kinds['changed']} von {count}{NBSP}Projekten {verb} {since} geändert")
    for kind, word in (("new", "neu"), ("removed", "entfernt")):
        if kinds[kind]:
            parts.append(f"{kinds[kind]} {'ist' if kinds[kind] == 1 else 'sind'} {word}")
    if kinds["same"]:
        parts.append(f"{kinds['same']} {'ist' if kinds['same'] == 1 else 'sind'} unverändert")
    sentence = ", ".join(parts)
    return f"{sentence}." if kinds["changed"] else f"{since[:1].upper()}{since[1:]}: {sentence}."


def _answers(remarks: list[Any]) -> str:
    open_ones = sum(one.is_open for one in remarks)
    if not remarks:
        return ""
    if open_ones:
        verb = "ist" if open_ones == 1 else "sind"
        return f"{open_ones} von {len(remarks)}{NBSP}Anmerkung{'' if len(remarks) == 1 else 'en'} {verb} noch nicht beantwortet."
    words = {1: "Die Anmerkung ist", 2: "Beide Anmerkungen sind"}
    return f"{words.get(len(remarks), f'Alle {len(remarks)}{NBSP}Anmerkungen sind')} beantwortet."


def _may(version: AgreementVersion, user: Any) -> dict[str, bool]:
    district = version.agreement.district
    return {
        "may_remark": version.status in BEFORE_ISSUE and access.why_not(user, "remark.write", district) is None,
        "may_close": access.why_not(user, "remark.close", district) is None,
        "may_answer": False,
    }
