"""The life of one version in the demo: from its projects to its publication, as far as it is to go."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.actions import drafting, signing, steps
from agreements.models import AgreementVersion, Party
from aqb.models import User
from projects.models import Provider
from reporting.demo import offenbach, projects
from reporting.demo.cast import Cast, acting, working
from reporting.demo.evidence import scan
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

    `number` makes districts differ; `count` projects take `part` percent of the money.
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
        self._sign("sign_land", Party.LAND, (self.land,), "Wiesbaden")

    def sign_district(self) -> None:
        self._sign("sign_district", Party.DISTRICT, self.people, self.version.agreement.district.seat)

    def publish(self) -> None:
        with self._acting("publish", self.cast.second) as by:
            steps.publish(version=self.version, by=by)

    def _sign(self, step: str, party: Party, people: People, place: str) -> None:
        with self._acting(step, self.cast.ministry) as by:
            for position, (name, office) in enumerate(people, start=1):
                signing.record_signature(
                    version=self.version,
                    party=party,
                    position=position,
                    name=name,
                    office=office,
                    place=place,
                    signed_on=working(self.days[step], 12).date(),
                    evidence=scan(),
                    by=by,
                )

    def _acting(self, step: str, by: User) -> AbstractContextManager[User]:
        return acting(by, working(self.days[step], HOURS[step], self.number))
