"""The calculator beside the grid: proposes how a line is shared, keeps trials, and fills the grid when asked to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agreements.actions import distribution as actions
from agreements.actions.distribution import Origin
from agreements.distribution import Distribution, Impossible, distribute, thaw
from agreements.forms.distribution import CalculatorForm, initial_of
from agreements.models import AppliedDistribution, BudgetLine, BudgetYear, DistributionScenario
from agreements.proposals import LAST_YEAR, Amounts, Choice, Ground, ground_from
from agreements.views.grid_rows import Stored
from agreements.views.percents import signed_percent
from aqb import clock
from aqb.access import Refused
from aqb.models import District
from aqb.money import ZERO
from aqb.pages import Request
from aqb.screens import german_date

LOAD = "laden-"  # the button of a trial is called so, followed by its number


@dataclass(frozen=True)
class Listed:
    """A trial in the list: its name, what comes out in few words, whether it was taken over or is open."""

    scenario: DistributionScenario
    summary: str
    is_open: bool


@dataclass
class Calculator:
    """The card as it is shown. `found` is the proposal, `refusals` say why there is none, `note` what was just done."""

    form: CalculatorForm
    line: BudgetLine
    ground: Ground
    scenarios: list[DistributionScenario]
    applied: AppliedDistribution | None
    found: Distribution | None = None
    calculation: Mapping[str, Any] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def opened(self) -> DistributionScenario | None:
        """The trial that the card was filled from."""
        key = self.form["scenario"].value()
        return next((one for one in self.scenarios if str(one.pk) == str(key)), None)

    @property
    def summary(self) -> str:
        return summary_of(self.found) if self.found else ""

    @property
    def list(self) -> list[Listed]:
        """The line's trials, each calculated again from what it keeps."""
        return [
            Listed(one, self._told(one), self.opened is not None and one.pk == self.opened.pk) for one in self.scenarios
        ]

    def _told(self, scenario: DistributionScenario) -> str:
        taken = self.applied is not None and self.applied.calculation == scenario.calculation
        return summary_of(distribute(*thaw(scenario.calculation))) + ("; übernommen" if taken else "")

    @property
    def comparisons(self) -> Amounts:
        """The amounts to compare with that somebody has set: in the open trial, else in what was taken over last."""
        source = self.opened or self.applied
        return self.ground.choice_of(source.calculation).comparisons if source else {}

    @property
    def compared_otherwise(self) -> str:
        """The districts whose amount to compare with is not the year before's."""
        return ", ".join(one.sort_name for one in self.ground.districts if one.ags in self.comparisons)

    def calculate(self) -> None:
        """Make the proposal of what is typed, or say why there is none."""
        if not self.form.is_valid():
            return
        self.calculation = self.ground.calculation(self.form.choice(self.comparisons))
        try:
            self.found = distribute(*thaw(self.calculation))
        except Impossible as error:
            self.refusals = error.reasons

    @property
    def origin(self) -> Origin:
        """The proposal under the name of the trial that says the same, or under its own."""
        same = next((one for one in self.scenarios if one.calculation == self.calculation), None)
        name = same.name if same else self.form["name"].value() or f"Berechnung vom {german_date(clock.today())}"
        return Origin(name, self.calculation)

    def keep(self, request: Request) -> None:
        """Keep the proposal as a trial."""
        name = self.form.cleaned_data.get("name", "") if self.form.is_bound else ""
        if self.form.is_bound and not name:
            self.form.add_error("name", "Bitte geben Sie dem Szenario einen Namen.")
        if self.found is None or not name:
            return
        try:
            row = actions.save_scenario(line=self.line, name=name, calculation=self.calculation, by=request.user)
        except Refused as refused:
            self.refusals = refused.reasons
            return
        self.scenarios = sorted([*self.scenarios, row], key=lambda one: one.name)
        self.note = f"Das Szenario „{name}“ ist gespeichert."


def open_calculator(
    request: Request, budget_year: BudgetYear, lines: list[BudgetLine], districts: list[District], stored: Stored,
    scenario: DistributionScenario | None = None,
) -> Calculator:  # fmt: skip
    """The card for the line that is chosen, with what is typed, what a trial says, or what was taken over last."""
    line = scenario.line if scenario else _chosen(request, lines)
    line.budget_year = budget_year
    ground = ground_from(line, districts, stored.previous)
    scenarios = list(DistributionScenario.objects.filter(line=line).order_by("name", "pk"))
    applied = stored.distributions.get(line.pk)
    wanted = request.POST.get("tun", "").removeprefix(LOAD)
    scenario = scenario or next((one for one in scenarios if str(one.pk) == wanted), None)
    typed = request.method == "POST" and "rechner-line" in request.POST and scenario is None
    if not typed and scenario is None and applied is not None:  # what was taken over last stands open
        scenario = next((one for one in scenarios if one.calculation == applied.calculation), None)
    initial = _initial(ground, budget_year, scenario, applied)
    form = CalculatorForm(request.POST if typed else None, initial=initial, ground=ground, lines=lines)
    card = Calculator(form, line, ground, scenarios, applied)
    if scenario is not None:
        card.calculation = scenario.calculation
        card.found = distribute(*thaw(scenario.calculation))
    elif typed:
        card.calculate()
    return card


def _chosen(request: Request, lines: list[BudgetLine]) -> BudgetLine:
    wanted = request.POST.get("rechner-line") or request.GET.get("linie", "")
    return next((line for line in lines if wanted in (str(line.pk), line.key)), lines[0])


def _initial(
    ground: Ground, budget_year: BudgetYear, scenario: DistributionScenario | None, applied: AppliedDistribution | None
) -> dict[str, Any]:
    given: dict[str, Any] = {"line": ground.line.pk}
    if scenario is not None:
        given["scenario"] = scenario.pk
    source = scenario or applied
    choice = ground.choice_of(source.calculation) if source else first_choice(ground, budget_year)
    return given | initial_of(choice)


def first_choice(ground: Ground, budget_year: BudgetYear) -> Choice:
    """Where nobody has decided anything yet: all uploaded indicators weigh the same, without base and limits."""
    uploaded = [one.title for one in ground.indicators if one.title != LAST_YEAR] or [
        one.title for one in ground.indicators
    ]
    part, rest = divmod(100, len(uploaded) or 1)
    weights = {title: ZERO + part + (at < rest) for at, title in enumerate(uploaded)}
    return Choice(base=ZERO, step=budget_year.rounding, floor=None, ceiling=None, weights=weights)


def summary_of(found: Distribution) -> str:
    """`−9,8 % bis +10,0 %; 6 am Höchstwert`: what a distribution does to the year before."""
    least, most = map(signed_percent, found.span or (None, None))
    if not least:
        parts = ["ohne Vergleich mit dem Vorjahr"]
    else:
        parts = [f"Abweichung {least}" if least == most else f"{least} bis {most}"]
    if found.at_floor:
        parts.append(f"{found.at_floor} am Mindestwert")
    if found.at_ceiling:
        parts.append(f"{found.at_ceiling} am Höchstwert")
    return "; ".join(parts)
