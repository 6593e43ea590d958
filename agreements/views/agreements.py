"""Agreements: the list, and the one page on which everybody works with a version."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Sum, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agreements import checks, submissions, unlocking, version_rows
from agreements.actions.steps import changeable_by
from agreements.filters import AgreementFilter, chips
from agreements.models import AgreementVersion, Document, Remark, Status
from agreements.views import decisions, places, version_page, ways
from agreements.views.columns import handed_out
from agreements.views.fetching import address, agreement_or_404, version_or_404
from agreements.views.rows import rows
from aqb import access
from aqb.drafts import begun_in
from aqb.pages import Request
from aqb.tables import Format

PER_PAGE = 40  # more would weigh more than 60 kB
AMOUNTS = ("allocated", "agreed", "entered", "remaining")


@require_safe
def agreement_list(request: Request) -> HttpResponse:
    """Every agreement that the person may see, by its newest version, with the sums of all that were found."""
    visible = AgreementVersion.objects.visible_to(request.user).current()
    found, versions = _found(request)
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "agreements/agreement_list.html", {
        "form": found.form, "page": page, "rows": rows(page, request.user, back=request.get_full_path()),
        "sums": sums(versions), "shown": page.paginator.count, "total": visible.count(),
        "chips": chips(found.form, request.GET), "formats": list(Format),
    })  # fmt: skip


@require_safe
def agreement_table(request: Request, format: Format) -> HttpResponse:  # noqa: A002
    """The whole list that the filters find, as a spreadsheet."""
    return handed_out(format, _found(request)[1], request.user, "alle Jahrgänge")


def _found(request: Request) -> tuple[AgreementFilter, Any]:
    """What the filters in the address find, with amounts, the newest vintage first."""
    filters = AgreementFilter(request.GET, queryset=AgreementVersion.objects.visible_to(request.user).current())
    versions = filters.qs.with_totals().select_related("agreement__budget_year", "agreement__district")
    return filters, versions.order_by("-agreement__budget_year__year", "agreement__district__sort_name", "pk")


def sums(versions: Any) -> dict[str, Any]:
    """The four amounts over all these versions, summed by the database; `versions` comes `with_totals()`."""
    totals = versions.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in AMOUNTS})
    return {name: totals[f"sum_{name}"] for name in AMOUNTS}


@require_safe
def agreement_detail(request: Request, year: int, ags: str) -> HttpResponse:
    """The way to the newest version."""
    agreement = agreement_or_404(request, year, ags)
    newest: Any = get_object_or_404(AgreementVersion.objects.current(), agreement=agreement)
    return redirect("version_detail", year=year, ags=ags, number=newest.number)


@require_safe
def version_detail(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """One version: where it stands, who is to act, what it states, what has happened."""
    version = version_or_404(request, year, ags, number)
    return render(request, "agreements/version_detail.html", _page(request, version))


def _page(request: Request, version: Any) -> dict[str, Any]:
    user = request.user
    version.siblings = decisions.mark_replaced(version)
    remarks = _read_once(version, user)
    before = submissions.before(version)
    changed = version.entries.changed_since(before.projects, version_rows.rows(version, "entries")) if before else {}
    categories = version_page.categories(version, user, remarks, changed)
    entries = [entry for category in categories for entry in category.entries]
    editable = version_page.may_edit_projects(version, user)
    found = checks.submission_checks(version) if version.status in _BEFORE_ISSUE else []
    linked = version_page.check_links(version, found, entries, to_projects=editable)
    events = version_page.history(version)
    found_places = places.places(version, user)
    vintage_url, list_url = ways.back_to_list(request, version.agreement)
    return {
        "version": version, "agreement": version.agreement, "heading": heading(version),
        "vintage_url": vintage_url, "list_url": list_url,
        "events": events, "since": version_page.since(version, events),
        "card": decisions.next_card(version, user, linked, found_places),
        "bar": decisions.decisions(version, user, found_places),
        "money": version_page.money_rows(version), "categories": categories, "entries": entries,
        "editable": editable,
        "may_add": editable and unlocking.why_not_whole(version, user) is None,
        "is_replaced": decisions.is_replaced(version), "newest": version.siblings[-1],
        "begun": begun_in(version.begun, user),
        **_signing(version, user, found_places), **_talk(version, user, remarks), **_rights(version, user),
    }  # fmt: skip


def _read_once(version: AgreementVersion, user: Any) -> list[Any]:
    """The remarks; they and the signatures are kept with the version: checks and parts of the page ask again."""
    version_rows.read_once(version)
    prefetch_related_objects([version], Prefetch("remarks", Remark.objects.with_threads()))
    if user.is_ministry and version.status in _BEFORE_ISSUE:
        prefetch_related_objects([version], "noted_remarks")
    places.read_at_once([version])
    return list(version.remarks.all())


_BEFORE_ISSUE = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)


def _signing(version: Any, user: Any, found: list[places.Place]) -> dict[str, Any]:
    """Who has signed, who is to act now, how to sign, and the documents with the seal of the fair copy."""
    documents = version_page.documents(version, user)
    issued = next((one for one in documents if one.kind == Document.Kind.ISSUED), None)
    uploads = [place.action for place in found if place.action and place.action.key == "upload"]
    you, who = places.turn(version, user, found)
    return {
        "places": found, "evidence": places.evidence_of(version), "documents": documents, "you": you, "who": who,
        "how": issued if uploads else None, "seal_note": version_page.seal_note(version, user),
    }  # fmt: skip


def _talk(version: AgreementVersion, user: Any, remarks: list[Any]) -> dict[str, Any]:
    """The remarks, and what this person may do with them."""
    district = version.agreement.district
    at_district = version.status == Status.DRAFT
    return {
        "remarks": remarks,
        "noted": version.noted_remarks.count() if user.is_ministry and version.status in _BEFORE_ISSUE else 0,
        "may_answer": at_district and access.why_not(user, "remark.answer", district) is None,
        "may_remark": version.status in _BEFORE_ISSUE and access.why_not(user, "remark.write", district) is None,
        "may_close": access.why_not(user, "remark.close", district) is None,
        "may_send": at_district,
        "unlocked": unlocking.in_words(version, remarks, version_rows.rows(version, "entries"))
        if version.is_returned
        else [],
        "may_unlock": version.is_returned and access.why_not(user, "version.unlock", district) is None,
    }


def _rights(version: AgreementVersion, user: Any) -> dict[str, Any]:
    district = version.agreement.district
    open_for = changeable_by(version, user) is None
    named = access.why_not(user, "signatory.keep", district) is None and not version.is_frozen
    return {
        "may_set_lines": open_for and access.why_not(user, "lines.keep", district) is None,
        "may_name_signatories": named
        and version.is_open
        and (open_for or user.is_ministry)
        and unlocking.why_not_signatories(version, user) is None,
        "has_preview": version.status in _BEFORE_ISSUE,
        "may_fetch_case_file": access.why_not(user, "case_file.fetch") is None,
    }


def heading(version: AgreementVersion) -> str:
    """`Zielvereinbarung 2027`, `Änderungsvereinbarung 2027 (Fassung 1)`."""
    year = version.agreement.budget_year.year
    if version.base_id is None:
        return f"Zielvereinbarung {year}" + (f" (Fassung {version.number})" if version.number else "")
    return f"Änderungsvereinbarung {year} (Fassung {version.number})"


def crumbs(version: AgreementVersion) -> dict[str, str]:
    """Labels and addresses of the way to a version, for the breadcrumb of its sub-pages."""
    return {"list_url": reverse("agreement_list"), "version_url": reverse("version_detail", kwargs=address(version)),
            "heading": heading(version)}  # fmt: skip
