"""Remarks between ministry and district, and the strategy that the funding presupposes."""

import uuid
from datetime import date

from django.db import transaction

from agreements import news
from agreements.actions.steps import locked
from agreements.models import AgreementVersion, RegionalStrategy, Remark, Status
from aqb import clock
from aqb.access import Refused, require
from aqb.models import District, User
from aqb.refusals import validation_refusals

OPEN_FOR_TALK = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)


@transaction.atomic
def write_remark(
    *, version: AgreementVersion, text: str, by: User, project_key: uuid.UUID | None = None, project_title: str = "",
    field: str = "",
) -> Remark:  # fmt: skip
    """Ask or request something about the agreement, a project or one field.

    Refuses: not the ministry, an empty text, a version that is already issued.
    """
    version = locked(version)
    require(by, "remark.write", version.agreement.district)
    if version.status not in OPEN_FOR_TALK:
        raise Refused("Anmerkungen gehören zu einer Fassung, die noch nicht ausgefertigt ist.")
    if not text.strip():
        raise Refused("Bitte schreiben Sie, was Sie fragen oder erbitten.")
    remark = Remark(
        version=version, project_key=project_key, project_title=project_title, field=field, text=text.strip(),
        author=by, created_at=clock.now(),
    )  # fmt: skip
    with validation_refusals(remark):
        remark.full_clean()
        remark.save()
    return remark


@transaction.atomic
def answer_remark(*, remark: Remark, answer: str, by: User) -> Remark:
    """The district answers. Refuses: another district, an empty answer, a remark that is done."""
    remark = (
        Remark.objects.select_for_update(of=("self",)).select_related("version__agreement__district").get(pk=remark.pk)
    )
    require(by, "remark.answer", remark.version.agreement.district)
    if remark.done_at is not None:
        raise Refused("Das Ministerium hat die Anmerkung schon erledigt.")
    if remark.version.status != Status.DRAFT:
        raise Refused("Antworten können Sie, solange die Fassung bei Ihnen liegt.")
    if not answer.strip():
        raise Refused("Bitte schreiben Sie eine Antwort.")
    remark.answer, remark.answered_at, remark.answered_by = answer.strip(), clock.now(), by
    with validation_refusals(remark):
        remark.full_clean()
        remark.save()
    news.answered(remark, by)
    return remark


@transaction.atomic
def close_remark(*, remark: Remark, by: User) -> Remark:
    """The ministry marks a remark as done. Refuses: not the ministry; doing it twice changes nothing."""
    remark = (
        Remark.objects.select_for_update(of=("self",)).select_related("version__agreement__district").get(pk=remark.pk)
    )
    require(by, "remark.close", remark.version.agreement.district)
    if remark.done_at is None:
        remark.done_at, remark.done_by = clock.now(), by
        with validation_refusals(remark):
            remark.full_clean()
            remark.save()
    return remark


@transaction.atomic
def save_strategy(
    *, district: District, title: str, valid_from: date, valid_to: date | None, by: User,
    strategy: RegionalStrategy | None = None,
) -> RegionalStrategy:  # fmt: skip
    """Enter or change a district's strategy; it counts once it is confirmed. Refuses: another district."""
    require(by, "strategy.keep", district)
    strategy = strategy or RegionalStrategy(district=district)
    if strategy.district_id != district.pk:
        raise Refused("Die Strategie gehört zu einer anderen Gebietskörperschaft.")
    strategy.title, strategy.valid_from, strategy.valid_to = title.strip(), valid_from, valid_to
    with validation_refusals(strategy):
        strategy.full_clean()
        strategy.save()
    return strategy


@transaction.atomic
def confirm_strategy(*, strategy: RegionalStrategy, by: User) -> RegionalStrategy:
    """State that the strategy is current and agreed with the regional actors. Refuses: another district."""
    require(by, "strategy.keep", strategy.district)
    strategy.confirmed_at, strategy.confirmed_by = clock.now(), by
    with validation_refusals(strategy):
        strategy.full_clean()
        strategy.save()
    return strategy
