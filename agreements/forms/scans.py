"""A scan of several contracts: its upload, and where its pages belong as a person decides."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.html import format_html

from agreements.models import AgreementVersion, Party
from agreements.scan_pages import OpenPage, Paper, Place, Reading, bundles, in_words, missing
from aqb.forms import NOT_OFFERED, Form

OTHER, NONE = "other", "none"
SEVERAL = 4  # undecided pages from which on one answer for all of them helps
BOTH = "both"
WHOLE_PAGE = "Bitte nennen Sie die Seite als Zahl, wie sie unten auf dem Papier steht, zum Beispiel 2."
SIDES: dict[str, Sequence[Party]] = {
    Party.LAND: (Party.LAND,),
    Party.DISTRICT: (Party.DISTRICT,),
    BOTH: (Party.LAND, Party.DISTRICT),
}
Finder = Callable[[Collection[str]], dict[str, Paper]]


class ScanForm(Form):
    """The scan as the scanner made it."""

    scan = forms.FileField(
        label="Sammelscan",
        error_messages={"required": "Bitte wählen Sie den Scan der unterschriebenen Zielvereinbarungen aus."},
        help_text="eine PDF-Datei mit höchstens 25 MB und 200 Seiten",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("scan")


class Numbers(forms.MultipleChoiceField):
    """Ticked papers. One that cannot be ticked any more is named by the form, with the reason."""

    def valid_value(self, value: Any) -> bool:
        return True


class AssignForm(Form):
    """Where the pages of a scan belong: ticked papers, a decision for every unread page, and whose signatures they bear.

    `others` are the papers that a person may choose beside the proposals, `find` gives them with their pages.
    """

    says_optional = False  # what a page needs depends on what is chosen for it

    take = Numbers(label="Beleg anlegen", required=False)
    party = forms.ChoiceField(
        label="Wessen Unterschriften tragen diese Seiten?",
        choices=[
            (Party.LAND, "nur die des Landes Hessen"),
            (Party.DISTRICT, "nur die der Gebietskörperschaft"),
            (BOTH, "die von beiden: dann entstehen je Ausfertigung zwei Belege"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte geben Sie an, wessen Unterschriften die Seiten tragen."},
    )
    rest = forms.BooleanField(
        label="Alle Seiten ohne Entscheidung gehören zu keiner Ausfertigung",
        required=False,
        help_text="zum Beispiel leere Rückseiten; sie bleiben im Sammelscan erhalten",
    )
    incomplete = forms.BooleanField(
        label="Auch unvollständige Scans als Beleg anlegen",
        required=False,
        help_text="Der Beleg sagt dann, welche Seiten fehlen. Ob er trotzdem genügt, beurteilt die zweite Person.",
    )

    def __init__(
        self, *args: Any, reading: Reading, others: Sequence[AgreementVersion], find: Finder, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reading, self.find = reading, find
        self.papers = {group.paper.number: group.paper for group in (*reading.groups, *reading.strays)}
        self.fields["take"].initial = [group.paper.number for group in reading.groups]
        if not reading.open and not any(group.missing for group in reading.groups):
            del self.fields["incomplete"]
        if sum(page.likely is None for page in reading.open) < SEVERAL:
            del self.fields["rest"]
        choices = [("", "bitte wählen")]
        choices += [(one.document_number, f"{one.agreement.district} – {one.document_number}") for one in others]
        for page in reading.open:
            self._add(page, choices)
        self.order_fields([*(name for name in self.fields if name[-1].isdigit()), "rest"])

    def _add(self, page: OpenPage, others: Sequence[tuple[str, str]]) -> None:
        """The three fields of a page that a person must assign."""
        self.fields[f"page_{page.scan}"] = forms.ChoiceField(
            label=f"Wohin gehört Seite {page.scan}?",
            choices=[
                *((_value(proposal.place), self._offer(proposal)) for proposal in page.proposals),
                (OTHER, "andere Ausfertigung"),
                (NONE, _said("gehört zu keiner Ausfertigung, nicht übernehmen", "Sie bleibt im Sammelscan erhalten.")),
            ],
            initial=_value(page.likely) if page.likely else None,
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": NOT_OFFERED},
        )
        self.fields[f"other_{page.scan}"] = forms.ChoiceField(
            label=f"Andere Ausfertigung für Seite {page.scan}",
            choices=others,
            required=False,
            error_messages={"invalid_choice": NOT_OFFERED},
        )
        self.fields[f"sheet_{page.scan}"] = forms.IntegerField(
            label="Seite darin",
            required=False,
            min_value=1,
            error_messages=dict.fromkeys(("invalid", "min_value"), WHOLE_PAGE),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "kern-form-input__input--width-4"}),
        )

    def _offer(self, proposal: Any) -> str:
        place = proposal.place
        return _said(f"{self.papers[place.number].name}, Seite {place.page}", f"Vorschlag: {proposal.reason}")

    # ---- what the person has decided ----

    def clean_take(self) -> list[str]:
        """Refuses a paper that was withdrawn or signed since the page was shown."""
        taken: list[str] = self.cleaned_data["take"]
        known = {group.paper.number for group in self.reading.groups}
        refusals = {group.paper.number: f"{_name(group.paper)}: {group.refusal}" for group in self.reading.strays}
        gone = [number for number in taken if number not in known]
        if gone:
            raise forms.ValidationError(
                [refusals.get(number, f"{number} kommt in diesem Scan nicht vor.") for number in gone]
            )
        return taken

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        taken = cleaned.get("take", [])
        read = self.reading.places
        self.pages: dict[int, Place | None] = dict.fromkeys(range(1, self.reading.total + 1))
        self.pages |= {scan: place for scan, place in read.items() if place.number in taken}
        self._find_chosen()
        for page in self.reading.open:
            self.pages[page.scan] = self._decided(page)
        if not set(self.errors) - {"party"}:  # the sum of all decisions is only known when each of them is sound
            self._check_papers(taken)
        return cleaned

    def _find_chosen(self) -> None:
        chosen: set[str] = {self.cleaned_data.get(f"other_{page.scan}", "") for page in self.reading.open} - {""}
        if new := chosen - set(self.papers):
            self.papers |= self.find(new)

    def _decided(self, page: OpenPage) -> Place | None:
        """The place of an unread page; None where it belongs to none or the decision has an error."""
        field, choice = f"page_{page.scan}", self.cleaned_data.get(f"page_{page.scan}")
        if choice is None:
            return None
        if choice != OTHER and self.cleaned_data.get(f"other_{page.scan}"):
            self.add_error(
                field,
                "Darunter ist eine andere Ausfertigung gewählt. Bitte entscheiden Sie sich für „andere Ausfertigung“, "
                "oder leeren Sie diese Auswahl.",
            )
        elif not choice and not self.cleaned_data.get("rest"):
            self.add_error(field, "Bitte entscheiden Sie, wohin diese Seite gehört.")
        if choice in ("", NONE):
            return None
        place = self._other(page) if choice == OTHER else _place(choice)
        if place is None:
            return None
        if page.number and place.number != page.number:
            self.add_error(field, f"Der Code dieser Seite nennt {page.number}. Zu einer anderen gehört sie nicht.")
        if before := [scan for scan, there in self.pages.items() if there == place and scan != page.scan]:
            self.add_error(field, f"Seite {place.page} von {_name(self.papers[place.number])} ist schon da: im Scan "
                                  f"{in_words(before)}.")  # fmt: skip
        return place

    def _other(self, page: OpenPage) -> Place | None:
        """The paper and the page that somebody has chosen beside the proposals."""
        number, sheet = self.cleaned_data.get(f"other_{page.scan}"), self.cleaned_data.get(f"sheet_{page.scan}")
        if number is None or f"sheet_{page.scan}" in self.errors:
            return None
        if not number:
            self.add_error(f"other_{page.scan}", "Bitte wählen Sie die Ausfertigung aus.")
            return None
        paper = self.papers[number]
        if paper.refusal:
            self.add_error(f"other_{page.scan}", f"{_name(paper)}: {paper.refusal}")
            return None
        if sheet is None or sheet > paper.pages:
            self.add_error(
                f"sheet_{page.scan}",
                f"Bitte nennen Sie die Seite der Ausfertigung; sie hat {paper.pages} "
                f"{'Seite' if paper.pages == 1 else 'Seiten'}.",
            )
            return None
        return Place(number, sheet)

    def _check_papers(self, taken: Collection[str]) -> None:
        """What is attached at the end: something, only ticked papers, whole ones unless said otherwise."""
        found = bundles(self.pages)
        if not found:
            self.add_error(None, "So entsteht kein Beleg. Bitte wählen Sie mindestens eine Ausfertigung, oder verwerfen "
                                 "Sie den Sammelscan.")  # fmt: skip
        listed = {group.paper.number for group in self.reading.groups}
        for number, scans in found.items():
            paper = self.papers[number]
            if number in listed and number not in taken:
                self.add_error("take", f"{_name(paper)}: Sie ordnen {in_words(scans)} zu, legen aber keinen Beleg an.")
            places = [place.page for scan in scans if (place := self.pages[scan])]
            if (gaps := missing(paper, places)) and not self.cleaned_data.get("incomplete"):
                self.add_error("incomplete", f"{_name(paper)}: {_lacks(gaps)}. Bitte ordnen Sie zu, was fehlt, lassen "
                                             "Sie diese Ausfertigung weg, oder setzen Sie diesen Haken.")  # fmt: skip

    @property
    def parties(self) -> Sequence[Party]:
        """The sides whose signatures the scan bears, after validation."""
        return SIDES[self.cleaned_data["party"]]


def _said(title: str, reason: str) -> str:
    return format_html('{}<span class="aqb-sub">{}</span>', title, reason)


def _name(paper: Paper) -> str:
    return f"{paper.name} ({paper.number})" if paper.name else paper.number


def _lacks(pages: Sequence[int]) -> str:
    return f"{in_words(pages)} {'fehlt' if len(pages) == 1 else 'fehlen'}"


def _value(place: Place) -> str:
    return f"{place.number}/{place.page}"


def _place(value: str) -> Place:
    number, _, page = value.rpartition("/")
    return Place(number, int(page))
