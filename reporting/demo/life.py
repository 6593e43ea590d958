"""The life of one version in the demo: from its projects to its publication, as far as it is to go."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.actions import drafting, evidence, files, signing, steps
from agreements.models import AgreementVersion, Document, Evidence, Party, Signature
from aqb.models import User
from projects.models import Provider
from reporting.demo import offenbach, projects
from reporting.demo.cast import Cast, acting, working
from reporting.demo.evidence import scan, scanned
from reporting.demo.money import OFFENBACH

# The steps in their order, with the days between each and the one before in a year that runs as planned.
GAPS = {"enter": 0, "submit": 6, "approve": 5, "issue": 4, "sign_land": 9, "sign_district": 6, "publish": 5}
WAY = tuple(GAPS)
HOURS = {step: hour for hour, step in enumerate(WAY, start=9)}
LAND = ("Dr. Katharina Wendt", "Staatssekretärin")  # invented: no minister has signed an invented contract

People = tuple[tuple[str, str], ...]


def days_until(last: str, end: date) -> dict[str, date]:
    """The day of each step up to `last`, when that one is on `end` and the gaps are as planned."""
    days, day = {}, end
    for step in reversed(WAY[: WAY.index(last) + 1]):
        days[step] = day
        day -= timedelta(days=GAPS[step])
    return days


@dataclass
class Life:
    """One version with the people and days of its way.

    `number` makes districts differ; `count` projects take `part` percent of the money. Scans that `looks_true` asks
    for show the paper itself and are read like any upload; that takes a second each, so only what people will look at
    while they try signing gets them.
    """

    cast: Cast
    version: AgreementVersion
    providers: list[Provider]
    people: People
    days: dict[str, date]
    number: int
    count: int = 3
    part: int = 100
    land: tuple[str, str] = LAND
    looks_true: bool = False

    def go(self, last: str, first: str = "enter") -> AgreementVersion:
        """Take every step from `first` up to `last`."""
        for step in WAY[WAY.index(first) : WAY.index(last) + 1]:
            getattr(self, step)()
        self.version.refresh_from_db()
        return self.version

    def enter(self) -> None:
        """The district enters its projects and names who signs."""
        vintage, district = self.version.agreement.budget_year.year, self.version.agreement.district
        with self._acting("enter", self.cast.enters(district)) as by:
            if district.ags == OFFENBACH and vintage in offenbach.SHARES:
                offenbach.enter(self.version, self.providers, by)
            else:
                found = projects.chosen(self.number, self.count)
                projects.enter(self.version, found, self.providers, by, self.part)
            drafting.choose_signatories(version=self.version, party=Party.DISTRICT, people=self.people, by=by)

    def submit(self) -> None:
        with self._acting("submit", self.cast.leads[self.version.agreement.district.ags]) as by:
            steps.submit(version=self.version, by=by)

    def approve(self) -> None:
        """The ministry names who signs for the Land, then a lead agrees."""
        with self._acting("approve", self.cast.ministry) as by:
            drafting.choose_signatories(version=self.version, party=Party.LAND, people=[self.land], by=by)
        with self._acting("approve", self.cast.lead) as by:
            steps.approve(version=self.version, by=by)

    def issue(self) -> None:
        with self._acting("issue", self.cast.ministry) as by:
            steps.issue(version=self.version, by=by)

    def sign_land(self) -> None:
        self._sign("sign_land", Party.LAND)

    def sign_district(self) -> None:
        self._sign("sign_district", Party.DISTRICT)

    def publish(self) -> None:
        with self._acting("publish", self.cast.second) as by:
            steps.publish(version=self.version, by=by)

    def _sign(self, step: str, party: Party) -> None:
        """The scan comes in, one person records who signed, another one confirms it."""
        proof = self.prove(step, party)
        for signature in self.record(step, party, proof):
            with self._acting(step, self.cast.second) as by:
                signing.confirm_signature(signature=signature, by=by)

    def prove(self, step: str, party: Party) -> Document:
        """The signed paper is scanned and uploaded: by the district, or for the Land by the ministry."""
        lead = self.cast.leads[self.version.agreement.district.ags]
        with self._acting(step, self.cast.ministry if party == Party.LAND else lead) as by:
            content = scanned(self.paper(), [name for name, _ in self.signing(party)]) if self.looks_true else scan()
            if self.looks_true:
                proof = evidence.upload(version=self.version, party=party, content=content, name="scan.pdf", by=by)
            else:
                proof = evidence.attach(
                    version=self.version, party=party, content=content, form=Evidence.Form.PAPER,
                    findings={"pages": [{"number": "", "page": None}]}, by=by,
                )  # fmt: skip
        return proof.document

    def record(self, step: str, party: Party, proof: Document) -> list[Signature]:
        """The ministry records who signed for the party on that day, as the scan shows."""
        with self._acting(step, self.cast.ministry) as by:
            return [
                signing.record_signature(
                    version=self.version,
                    party=party,
                    position=position,
                    name=name,
                    office=office,
                    place="Wiesbaden" if party == Party.LAND else self.version.agreement.district.seat,
                    signed_on=working(self.days[step], 12).date(),
                    evidence=proof,
                    by=by,
                )
                for position, (name, office) in enumerate(self.signing(party), start=1)
            ]

    def signing(self, party: Party) -> People:
        """Who signs for the party."""
        return (self.land,) if party == Party.LAND else self.people

    def paper(self) -> bytes:
        """The bytes of the issue."""
        return files.read(self.version.documents.get(kind=Document.Kind.ISSUED))

    def _acting(self, step: str, by: User) -> AbstractContextManager[User]:
        return acting(by, working(self.days[step], HOURS[step], self.number))
