"""What the wording editor shows around the open part: sections, placeholders, preview, check of all districts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements import documents, placeholders, wording_check
from agreements.actions.wording import four_eyes, problems
from agreements.filling import Unprintable
from agreements.forms.wording import FrameForm
from agreements.models import AgreementVersion, Wording, WordingSection
from agreements.views.versions import pdf
from aqb import access, paper
from aqb.access import Refused, require
from aqb.models import District
from aqb.pages import Request

NEIGHBOURS = 1  # sections shown before and after the open one


@dataclass(frozen=True)
class Part:
    """An entry of the list of sections: its number as printed, "" without one."""

    section: WordingSection
    sign: str
    is_open: bool


@dataclass(frozen=True)
class Preview:
    """The paper of one district as far as the editor shows it, or why it cannot be filled."""

    district: District | None
    sections: list[dict[str, Any]]
    paper: dict[str, Any]
    reasons: list[str]
    opened: WordingSection | None = None


def workbench(
    request: Request, wording: Wording, form: BaseForm, opened: WordingSection | None = None
) -> dict[str, Any]:
    """Everything the editor shows; `opened` carries what is typed but not saved yet."""
    stored = list(wording.sections.order_by("position", "pk"))
    sections = _with_typed(stored, opened)
    parts = numbered(sections, opened)
    districts = list(District.objects.valid_in(wording.budget_year.year))
    chosen = _chosen(request, districts)
    keys = [section.key for section in stored if section.numbered]
    amendment = wording.kind == Wording.Kind.AMENDMENT
    titles = [line.title for line in wording.budget_year.lines.all()]
    return {
        "wording": wording, "form": form, "opened": opened, "parts": parts, "districts": districts, "chosen": chosen,
        "sign": next((part.sign for part in parts if part.is_open), ""),
        "groups": placeholders.groups(line_titles=titles, section_keys=keys, amendment=amendment),
        "preview": preview(wording, chosen, sections, opened), "result": wording_check.check(wording, stored),
        "editable": not wording.is_released and not (opened and opened.locked),
        "release_refusal": release_refusal(wording, request.user),
        "represented": access.represented(request.user, "wording.release"),
    }  # fmt: skip


def _with_typed(stored: Sequence[WordingSection], opened: WordingSection | None) -> list[WordingSection]:
    return [opened if opened is not None and section.pk == opened.pk else section for section in stored]


def numbered(sections: Sequence[WordingSection], opened: WordingSection | None = None) -> list[Part]:
    """The sections with the numbers that the paper will print."""
    parts, counted = [], 0
    for section in sections:
        counted += section.numbered
        sign = f"§\u00a0{counted}" if section.numbered else ""
        parts.append(Part(section, sign, opened is not None and section.pk == opened.pk))
    return parts


def _chosen(request: Request, districts: Sequence[District]) -> District | None:
    """The district of the preview: `gebiet` in form or address, else the first."""
    wanted = request.POST.get("gebiet") or request.GET.get("gebiet")
    return next((one for one in districts if one.ags == wanted), districts[0] if districts else None)


def preview(
    wording: Wording, district: District | None, sections: Sequence[WordingSection], opened: WordingSection | None
) -> Preview:
    """The open section as the district will read it, between its neighbours; without an open one the whole text."""
    if district is None:
        return Preview(None, [], {}, ["Für dieses Jahr ist keine Gebietskörperschaft eingetragen."])
    if opened is not None and (reasons := problems(opened)):
        return Preview(district, [], {}, reasons)
    try:
        printed = documents.preview(wording, district, version=_version(wording, district), sections=sections)
    except Unprintable as error:
        return Preview(district, [], {}, error.reasons)
    shown = paper.page(printed)
    for section in shown["sections"]:
        section["is_open"] = opened is not None and section["key"] == opened.key
    return Preview(district, _around(shown["sections"]), shown, [], opened)


def _of_printed(tried: wording_check.Printed, opened: WordingSection | None) -> Preview:
    """One section of a district's paper, or its title and parties."""
    if tried.paper is None:
        return Preview(tried.district, [], {}, tried.reasons)
    shown = paper.page(tried.paper)
    sections = [
        {**one, "is_open": True} for one in shown["sections"] if opened is not None and one["key"] == opened.key
    ]
    return Preview(tried.district, sections, shown, [], opened)


def _around(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The open section with its neighbours; where title and parties are open, what follows them."""
    here = next((index for index, section in enumerate(sections) if section["is_open"]), None)
    return sections[:2] if here is None else sections[max(0, here - NEIGHBOURS) : here + NEIGHBOURS + 1]


def _version(wording: Wording, district: District) -> Any:
    """The district's newest version of that kind, when its vintage is open."""
    versions = AgreementVersion.objects.filter(
        agreement__budget_year=wording.budget_year, agreement__district=district,
        base__isnull=wording.kind == Wording.Kind.AGREEMENT,
    )  # fmt: skip
    return versions.select_related("agreement__district", "agreement__budget_year", "ministry", "base").last()


def release_refusal(wording: Wording, user: Any) -> str:
    """Why this person cannot release the text now; "" when they can."""
    if reason := access.why_not(user, "wording.release"):
        return reason
    return four_eyes(wording, user) or ""


def _wording_and_district(request: Request, pk: int, ags: str) -> tuple[Wording, District]:
    require(request.user, "wording.keep")
    wording = get_object_or_404(Wording.objects.select_related("budget_year"), pk=pk)
    district: District = get_object_or_404(District.objects.valid_in(wording.budget_year.year), ags=ags)
    return wording, district


@require_http_methods(["GET", "POST"])
def wording_preview(request: Request, pk: int, ags: str) -> HttpResponse:
    """The preview alone: of the stored text, or of what is being typed; `gebiet` may choose another district."""
    wording, district = _wording_and_district(request, pk, request.POST.get("gebiet", ags))
    for name in FrameForm.Meta.fields:
        setattr(wording, name, request.POST.get(name, getattr(wording, name)))
    stored = list(wording.sections.order_by("position", "pk"))
    opened = next((one for one in stored if str(one.pk) == request.POST.get("section")), None)
    if opened is not None:
        opened.wording = wording
        opened.heading = request.POST.get("heading", opened.heading).replace("\r\n", "\n")
        opened.text = request.POST.get("text", opened.text).replace("\r\n", "\n")
    shown = preview(wording, district, stored, opened)
    template = "wording_preview" if request.headers.get("HX-Request") else "wording_preview_page"
    return render(request, f"agreements/{template}.html", {"preview": shown, "wording": wording})


@require_safe
def wording_previews(request: Request, pk: int) -> HttpResponse:
    """One section (`?abschnitt=`) as every district will read it; without one, title and parties."""
    require(request.user, "wording.keep")
    wording = get_object_or_404(Wording.objects.select_related("budget_year"), pk=pk)
    sections = list(wording.sections.order_by("position", "pk"))
    chosen = next((one for one in sections if str(one.pk) == request.GET.get("abschnitt", "")), None)
    printed = wording_check.printed(wording, sections)
    previews = [_of_printed(found, chosen) for found in printed]
    return render(request, "agreements/wording_previews.html", {
        "wording": wording, "section": chosen, "parts": numbered(sections, chosen), "previews": previews,
    })  # fmt: skip


@require_safe
def wording_pdf(request: Request, pk: int, ags: str) -> HttpResponse:
    """The paper of a district with this text, as a draft."""
    wording, district = _wording_and_district(request, pk, ags)
    try:
        content = paper.render(documents.preview(wording, district, version=_version(wording, district)))
    except Unprintable as error:
        raise Refused(*error.reasons) from error
    return pdf(content, f"entwurf-{wording.budget_year.year}-{ags}.pdf")
