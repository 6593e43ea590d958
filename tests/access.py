"""The world of the access table: one district's agreements in every state, and everybody who may ask."""

from io import BytesIO
from typing import Any

import pikepdf
from django.db import transaction
from django.test import Client

from agreements.models import AgreementVersion, Wording
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.agreements.actors import ACTORS
from tests.factories.who import TOKEN

EVERYBODY = ("anonymous", *(actor for actor in ACTORS if actor != "closed account"))


class World:
    """The own district has a draft (2023), an issued (2024), a published (2025) and a withdrawn version (2026)."""

    def __init__(self) -> None:
        make.ministry()
        self.own, self.foreign = make.district(), make.district()
        self.versions = {status: self._version(status) for status in ("draft", "issued", "published", "withdrawn")}
        draft = self.versions["draft"]
        self.entry = make.entry(draft, amount="100.00")
        self.remark = make.remark(draft)
        self.note = make.note(draft)
        issued = self.versions["issued"]
        self.signature = make.signature(issued)
        self.evidence = make.evidence(issued, "district", content=blank_page())
        self.electronic = make.evidence(issued, form="electronic")
        self.batch = make.scan_batch(blank_page())
        waiting = {"evidence": self.evidence.document, "confirmed_at": None, "confirmed_by": None}
        self.unconfirmed = make.signature(issued, "district", **waiting)
        self.line = draft.agreement.budget_year.lines.get()
        self.scenario, self.distribution = make.scenario(self.line), make.distribution(self.line)
        self.strategy = make.strategy(self.own, confirmed=False)
        self.wording = make.wording(draft.agreement.budget_year, kind=Wording.Kind.AMENDMENT, released=False)
        make.wording(self.versions["published"].agreement.budget_year, kind=Wording.Kind.AMENDMENT)
        lead = make.person(Role.DISTRICT_LEAD, self.own)
        self.colleague = make.user(Role.DISTRICT, self.own)
        self.closed = make.user(Role.DISTRICT, self.own, is_active=False)
        self.barrier = make.barrier()
        self.invitation, self.deputy = make.invitation(invited_by=lead), make.deputy(lead)

    def _version(self, status: str) -> AgreementVersion:
        return make.version(make.agreement(make.budget_year(), self.own), status)

    def user(self, actor: str) -> User | None:
        return None if actor == "anonymous" else ACTORS[actor](self.own, self.foreign)

    def kwargs(self, of: str) -> dict[str, Any]:
        """The arguments of an address: "draft" stands for that version, "draft.agreement" for its agreement, ..."""
        status, _, rest = of.partition(".")
        if status in self.versions:
            version = self.versions[status]
            place = {"year": version.agreement.budget_year.year, "ags": self.own.ags}
            return place if rest == "agreement" else {**place, "number": version.number}
        section = self.wording.sections.get(key="Mittel")
        places: dict[str, dict[str, Any]] = {
            "": {},
            "year": {"year": 2023},
            "scenario": {"year": 2023, "pk": self.scenario.pk},
            "distribution": {"pk": self.distribution.pk},
            "entry": {"pk": self.entry.pk},
            "remark": {"pk": self.remark.pk},
            "strategy": {"pk": self.strategy.pk},
            "district": {"ags": self.own.ags},
            "provider": {"pk": self.entry.provider_id},
            "document": {"pk": self.versions["published"].documents.get(kind="signed").pk},
            "number": {"number": self.versions["published"].document_number},
            "signature": {**self.kwargs("issued"), "pk": self.signature.pk},
            "evidence": {**self.kwargs("issued"), "pk": self.evidence.pk},
            "evidence.electronic": {**self.kwargs("issued"), "pk": self.electronic.pk},
            "evidence.signature": {**self.kwargs("issued"), "pk": self.unconfirmed.pk},
            "scan": {"pk": self.evidence.document_id},
            "batch": {"pk": self.batch.pk},
            "colleague": {"pk": self.colleague.pk},
            "closed colleague": {"pk": self.closed.pk},
            "invitation": {"pk": self.invitation.pk},
            "link": {"token": TOKEN},
            "deputy": {"pk": self.deputy.pk},
            "barrier": {"pk": self.barrier.pk},
            "barrier.number": {"number": self.barrier.pk},
            "page text": {"key": "impressum"},
            "wording": {"pk": self.wording.pk},
            "wording.section": {"pk": self.wording.pk, "section": section.pk},
            "wording.preview": {"pk": self.wording.pk, "ags": self.own.ags},
        }
        return places[of]


def blank_page() -> bytes:
    """A true PDF: pictures of its pages can be made."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    return target.getvalue()


def ask(user: User | None, method: str, address: str, data: dict[str, Any] | None = None) -> Any:
    """Answer of the application; whatever the request did is taken back."""
    client = Client()
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        answer = getattr(client, method.lower())(address, data)
        if answer.streaming:  # a file is sent to its end, and closed with that
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def sent_to_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/konto/login/")
