"""Drafts of the agreements' forms: what each is about. The pages themselves refuse in the same words."""

from typing import Any

from django.shortcuts import get_object_or_404

from agreements.forms.talk import StrategyForm
from agreements.forms.versions import ReasonForm
from agreements.forms.wording import FrameForm, SectionForm
from agreements.models import AgreementVersion, RegionalStrategy, Wording, WordingSection
from agreements.views.fetching import agreement_or_404, draft_key, version_or_404
from agreements.views.step_words import WORDS
from aqb.access import require
from aqb.drafts import Place
from aqb.drafts.begun import NEW
from aqb.models import District


def place_of_step(request: Any, year: int, ags: str, number: int, step: str) -> Place:
    """The reason of a step."""
    version = version_or_404(request, year, ags, number)
    require(request.user, f"version.{step}" if step in WORDS else "version.submit", version.agreement.district)
    return _reason(version, step)


def place_of_amendment(request: Any, year: int, ags: str) -> Place:
    """The reason of an amendment that is not begun yet."""
    agreement = agreement_or_404(request, year, ags)
    require(request.user, "version.amend", agreement.district)
    return _reason(agreement.versions.latest("number"), "amend")


def _reason(version: AgreementVersion, step: str) -> Place:
    words = WORDS.get(step, WORDS["submit"])
    return Place(
        title=f"{words.title}: {version.agreement.district}",
        about=f"step:{step}",
        within=draft_key(version),
        form=lambda: ReasonForm(label=words.label, hint=words.hint),
    )


def place_of_remark(request: Any, year: int, ags: str, number: int) -> Place:
    """A remark that is not written yet."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "remark.write", version.agreement.district)
    return Place(title=f"Anmerkung: {version.agreement}", about=f"remark:{NEW}", within=draft_key(version))


def place_of_strategy(request: Any, ags: str) -> Place:
    """A strategy that is not entered yet."""
    districts = District.objects.all() if not request.user.is_district else District.objects.filter(users=request.user)
    district = get_object_or_404(districts, ags=ags)
    require(request.user, "strategy.keep", district)
    return Place(
        title=f"Strategie: {district}",
        about=f"strategy:{NEW}",
        form=lambda: StrategyForm(instance=RegionalStrategy(district=district)),
    )


def place_of_frame(request: Any, pk: int) -> Place:
    """Title and parties of a contract text."""
    wording = _wording(request, pk)
    return Place(
        title=f"{wording}: Titel und Beteiligte", about=f"wording:{pk}", form=lambda: FrameForm(instance=wording)
    )


def place_of_section(request: Any, pk: int, section: int) -> Place:
    """A section of a contract text."""
    wording = _wording(request, pk)
    found = get_object_or_404(WordingSection, wording=wording, pk=section)
    return Place(title=f"{wording}: {found}", about=f"section:{found.pk}", form=lambda: SectionForm(instance=found))


def _wording(request: Any, pk: int) -> Wording:
    require(request.user, "wording.keep")
    return get_object_or_404(Wording.objects.select_related("budget_year"), pk=pk)
