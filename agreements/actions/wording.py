"""The contract text: written by the ministry, checked as it is saved, released by a second person."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Max

from agreements import placeholders, wording_check
from agreements.actions.plan import copy_wording
from agreements.models import BudgetYear, Wording, WordingSection
from aqb import access, clock, text
from aqb.access import Refused, require
from aqb.models import User
from aqb.refusals import validation_refusals

SAID = 5  # districts that a refusal names one by one
RELEASED = "Ein freigegebener Vertragstext ändert sich nicht mehr. Bitte legen Sie eine neue Fassung des Textes an."


def _draft(wording: Wording, by: User) -> Wording:
    """The wording, locked. Refuses: not the ministry, already released."""
    require(by, "wording.keep")
    wording = (
        Wording.objects.select_for_update(of=("self",), no_key=True).select_related("budget_year").get(pk=wording.pk)
    )
    if wording.is_released:
        raise Refused(RELEASED)
    return wording


def _changed(wording: Wording, by: User) -> None:
    wording.changed_at, wording.changed_by = clock.now(), by
    with validation_refusals(wording):
        wording.full_clean()
        wording.save()


def problems(section: WordingSection, *, keys: Iterable[str] | None = None) -> list[str]:
    """What keeps a section from being saved: unknown placeholders by name, and marks that the paper does not know."""
    wording = section.wording
    line_titles = [line.title for line in wording.budget_year.lines.all()]
    if keys is None:
        keys = [other.key for other in wording.sections.all() if other.numbered]
    amendment = wording.kind == Wording.Kind.AMENDMENT
    check = partial(placeholders.check, line_titles=line_titles, section_keys=list(keys), amendment=amendment)
    return [*check(section.heading, blocks=False), *check(section.text), *text.problems(section.text)]


def _save_section(section: WordingSection, by: User, keys: list[str]) -> None:
    if reasons := problems(section, keys=keys):
        raise Refused(*reasons)
    with validation_refusals(section):
        section.full_clean()
        section.save()
    _changed(section.wording, by)


def _numbered_keys(wording: Wording) -> list[str]:
    return [section.key for section in wording.sections.all() if section.numbered]


@transaction.atomic
def create_wording(
    *, budget_year: BudgetYear, by: User, kind: Wording.Kind = Wording.Kind.AGREEMENT, copy_of: Wording | None = None
) -> Wording:
    """A new draft of that kind, as a copy of another wording or empty. Refuses: a draft exists already."""
    require(by, "wording.keep")
    BudgetYear.objects.select_for_update(no_key=True).get(pk=budget_year.pk)
    if copy_of is not None and copy_of.kind != kind:
        raise Refused("Bitte wählen Sie einen Vertragstext derselben Art als Vorlage.")
    last = Wording.objects.filter(budget_year=budget_year, kind=kind).aggregate(last=Max("number"))["last"]
    number = (last or 0) + 1
    if copy_of is not None:
        return copy_wording(copy_of, budget_year, number, by)
    wording = Wording(budget_year=budget_year, kind=kind, number=number, title=Wording.Kind(kind).label)
    _changed(wording, by)
    return wording


@transaction.atomic
def change_wording(
    *, wording: Wording, title: str, purpose: str, land_label: str, district_label: str, by: User
) -> Wording:
    """Change what stands around the sections. Refuses: released, an unknown placeholder."""
    wording = _draft(wording, by)
    line_titles = [line.title for line in wording.budget_year.lines.all()]
    keys = _numbered_keys(wording)
    reasons = [
        reason
        for part in (title, purpose, land_label, district_label)
        for reason in placeholders.check(part, line_titles=line_titles, section_keys=keys, blocks=False)
    ]
    if reasons:
        raise Refused(*reasons)
    wording.title, wording.purpose = title.strip(), purpose.strip()
    wording.land_label, wording.district_label = land_label.strip(), district_label.strip()
    _changed(wording, by)
    return wording


@transaction.atomic
def save_section(*, section: WordingSection, heading: str, text: str, by: User) -> WordingSection:
    """Change heading and text of a section.

    Refuses: released, a locked section, an unknown placeholder (named), HTML, template marks and anything else that
    the small Markdown does not know.
    """
    section.wording = _draft(section.wording, by)
    if section.locked:
        raise Refused("Dieser Abschnitt ist gesperrt. Entsperren lässt er sich in der Verwaltung.")
    section.heading, section.text = _lines(heading), _lines(text)
    _save_section(section, by, _numbered_keys(section.wording))
    return section


def _lines(written: str) -> str:
    """Browsers send CRLF; the text keeps plain line ends."""
    return written.replace("\r\n", "\n").strip()


@transaction.atomic
def add_section(
    *, wording: Wording, key: str, heading: str, text: str, by: User, numbered: bool = True
) -> WordingSection:
    """Add a section at the end. Refuses: as `save_section`, a key that exists."""
    wording = _draft(wording, by)
    last = wording.sections.aggregate(last=Max("position"))["last"] or 0
    section = WordingSection(
        wording=wording,
        key=key.strip(),
        position=last + 1,
        numbered=numbered,
        heading=_lines(heading),
        text=_lines(text),
    )
    keys = _numbered_keys(wording) + ([section.key] if numbered else [])
    _save_section(section, by, keys)
    return section


@transaction.atomic
def move_section(*, section: WordingSection, up: bool, by: User) -> WordingSection:
    """Swap a section with its neighbour; the numbers follow. At the edge nothing changes. Refuses: released."""
    wording = _draft(section.wording, by)
    order = list(wording.sections.all())
    here = next(index for index, other in enumerate(order) if other.pk == section.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        _put_in_order(order)
        _changed(wording, by)
    section.refresh_from_db()
    return section


@transaction.atomic
def place_section(*, section: WordingSection, behind: WordingSection | None, by: User) -> WordingSection:
    """Move a section behind another one of the text, or to its beginning; the numbers follow.

    Refuses: released, a section of another text.
    """
    wording = _draft(section.wording, by)
    order = [other for other in wording.sections.all() if other.pk != section.pk]
    places = {other.pk: place for place, other in enumerate(order, start=1)}
    if behind is not None and behind.pk != section.pk and behind.pk not in places:
        raise Refused("Der Abschnitt ist inzwischen entfernt worden. Die Reihenfolge ist unverändert.")
    if behind is None or behind.pk != section.pk:
        order.insert(places[behind.pk] if behind else 0, section)
        _put_in_order(order)
        _changed(wording, by)
    section.refresh_from_db()
    return section


def _put_in_order(order: list[WordingSection]) -> None:
    for position, section in enumerate(order, start=1):
        if section.position != position:
            section.position = position
            section.save(update_fields=["position"])


@transaction.atomic
def reset_section(*, section: WordingSection, source: Wording, by: User) -> WordingSection:
    """Heading and text of a section as they are in another text of the same kind.

    Refuses: released, locked, no section of that short name there, placeholders that this vintage does not know.
    """
    model = source.sections.filter(key=section.key).first() if source.kind == section.wording.kind else None
    if model is None:
        raise Refused(f"„{source}“ hat keinen Abschnitt mit dem Kurznamen „{section.key}“.")
    return save_section(section=section, heading=model.heading, text=model.text, by=by)


@transaction.atomic
def remove_section(*, section: WordingSection, by: User) -> None:
    """Remove a section. Refuses: released, locked, or another section that refers to it (named)."""
    wording = _draft(section.wording, by)
    if section.locked:
        raise Refused("Dieser Abschnitt ist gesperrt. Entsperren lässt er sich in der Verwaltung.")
    reference = f"{{§ {section.key}}}"
    for other in wording.sections.exclude(pk=section.pk):
        if reference in f"{other.heading}\n{other.text}":
            raise Refused(
                f"Der Abschnitt „{other}“ verweist mit {reference} darauf. Bitte ändern Sie zuerst den Verweis."
            )
    section.delete()
    _changed(wording, by)


def four_eyes(wording: Wording, by: User) -> str | None:
    """Why `by` may not release what they, or the lead they stand in for, changed last; None when they may."""
    reason = access.same_person(by, wording.changed_by, verb="wording.release")
    if reason is None or access.represented(by, "wording.release"):
        return reason
    return "Vier-Augen-Prinzip: Sie haben den Text zuletzt geändert. Bitte lassen Sie eine andere Person freigeben."


def _more(findings: list[wording_check.Finding]) -> list[str]:
    rest = len(findings) - SAID
    return [f"Dasselbe gilt für {rest} weitere Gebietskörperschaften."] if rest > 0 else []


@transaction.atomic
def release_wording(*, wording: Wording, by: User) -> Wording:
    """Release a wording for use; it never changes after that.

    Refuses: not a lead, the person who changed it last, no section, a text whose placeholders are not known or that
    cannot be formed for one of the districts.
    """
    require(by, "wording.release")
    wording = _draft(wording, by)
    if eyes := four_eyes(wording, by):
        raise Refused(eyes)
    sections = list(wording.sections.all())
    if not sections:
        raise Refused("Der Vertragstext hat noch keinen Abschnitt.")
    keys = _numbered_keys(wording)
    if reasons := [reason for section in sections for reason in problems(section, keys=keys)]:
        raise Refused(*reasons)
    if findings := wording_check.check(wording, sections).findings:
        raise Refused(*(f"{one.district}: {' '.join(one.reasons)}" for one in findings[:SAID]), *_more(findings))
    wording.status, wording.released_at, wording.released_by = Wording.Status.RELEASED, clock.now(), by
    with validation_refusals(wording):
        wording.full_clean()
        wording.save()
    return wording
