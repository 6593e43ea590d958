"""The page on which a person chooses what is to hold, and what is said of what others have changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from aqb.accounts.session import typed
from aqb.conflicts import values
from aqb.conflicts.authors import Author, authors_of
from aqb.conflicts.compared import ComparedForm
from aqb.conflicts.comparison import DECIDE, DELETE, JOINED, Difference, Who
from aqb.conflicts.start import FIELD, ONCE
from aqb.conflicts.words import Piece, beside
from aqb.screens import NBSP, ErrorLine, german_date

LATER = "spaeter"  # name of the button "Später entscheiden"
OF_THE_PAGE = ("csrfmiddlewaretoken", ONCE, LATER)
KEPT = "Ihre Eingaben sind aufgehoben, gespeichert ist davon noch nichts. Sie stehen wieder im Formular, wenn Sie es öffnen."


@dataclass(frozen=True)
class Choice:
    """A field that both have changed: what each of them wrote, and what has been chosen so far."""

    difference: Difference
    author: Author
    mine: list[Piece]
    theirs: list[Piece]
    chosen: str
    joined: str
    is_missing: bool

    @property
    def name(self) -> str:
        return f"{DECIDE}{self.difference.name}"

    @property
    def joined_name(self) -> str:
        return f"{JOINED}{self.difference.name}"

    @property
    def ident(self) -> str:
        return f"id_{'_'.join(self.name.split())}"  # a field may be named after what people have called something


@dataclass(frozen=True)
class Change:
    """A field that only one person has changed, as a row of the table."""

    label: str
    before: str
    after: str
    by: str


class Conflict:
    """What the forms of one request have found, told for the person who sent them."""

    def __init__(self, request: HttpRequest, forms: Sequence[ComparedForm]) -> None:
        self.request, self.forms = request, forms
        self._authors: dict[int, dict[str, Author]] = {}

    @property
    def is_open(self) -> bool:
        return any(form.comparison.undecided for form in self.forms)

    @cached_property
    def asks_again(self) -> bool:
        """Whether this page itself was sent, and a choice is missing."""
        return any(name.startswith(DECIDE) or name == LATER for name in self.request.POST)

    def author(self, form: ComparedForm, one: Difference) -> Author:
        return self._authors_of(form).get(one.field) or self.last(form)

    def last(self, form: ComparedForm) -> Author:
        return self._authors_of(form).get("") or Author()

    def _authors_of(self, form: ComparedForm) -> dict[str, Author]:
        if id(form) not in self._authors:
            since = form.comparison.start.at if form.comparison.start else None
            self._authors[id(form)] = authors_of(form.recorded(), since, self.request.user)
        return self._authors[id(form)]

    @property
    def who(self) -> Author:
        """Whose change is told first: of the first field that waits for a choice."""
        form = next(form for form in self.forms if form.comparison.undecided)
        return self.author(form, form.comparison.undecided[0])

    @cached_property
    def choices(self) -> list[Choice]:
        return [self._choice(form, one) for form in self.forms for one in form.comparison.undecided]

    def _choice(self, form: ComparedForm, one: Difference) -> Choice:
        mine, theirs = beside(one.mine, one.theirs)
        sent = self.request.POST
        chosen = sent.get(f"{DECIDE}{one.name}", "")
        joined = sent.get(f"{JOINED}{one.name}") or (f"{one.mine}\n\n{one.theirs}" if one.is_text else "")
        return Choice(one, self.author(form, one), mine, theirs, chosen, joined, self.asks_again and not chosen)

    @property
    def changes(self) -> list[Change]:
        """What only one of them has changed; it needs no choice."""
        return [
            Change(one.label, one.theirs, one.mine, "Sie") if one.who is Who.ME
            else Change(one.label, one.mine, one.theirs, self.author(form, one).subject)
            for form in self.forms for one in form.comparison.differences if one.who is not Who.BOTH
        ]  # fmt: skip

    @property
    def equal(self) -> int:
        return sum(len(form.comparison.stored) for form in self.forms) - len(self.changes) - len(self.choices)

    @property
    def opened_at(self) -> Any:
        return next((form.comparison.start.at for form in self.forms if form.comparison.start), None)

    @property
    def happened(self) -> str:
        """`Aylin Demir hat dieses Projekt inzwischen auch geändert`"""
        subject = next(form.subject for form in self.forms if form.comparison.undecided)
        if self.who.is_me:
            return f"Sie haben {subject} inzwischen in einem anderen Fenster geändert"
        return f"{self.who.subject} hat {subject} inzwischen auch geändert"

    @property
    def told(self) -> str:
        """`Sie haben um 10:12 Uhr begonnen, Aylin Demir hat um 10:31 Uhr gespeichert.`"""
        began = (
            f"Sie haben die Seite {moment_of(self.opened_at)} geöffnet"
            if self.opened_at
            else "Sie haben die Seite schon länger offen"
        )
        other = "im anderen Fenster haben Sie" if self.who.is_me else f"{self.who.subject} hat"
        return f"{began}, {other} {moment_of(self.who.at)} gespeichert." if self.who.at else f"{began}."

    @property
    def errors(self) -> list[ErrorLine]:
        """What is missing, as links to the first choice of each field."""
        sentence = "Bitte wählen Sie, was gelten soll."
        return [ErrorLine(one.difference.label, sentence, f"{one.ident}_0") for one in self.choices if one.is_missing]

    @property
    def title(self) -> str:
        named = next(form.comparison.named for form in self.forms if form.comparison.undecided)
        return f"Zwei Stände von „{named}“" if named else "Zwei Stände"

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """Everything that was sent, once more, with the start of now: what is chosen is compared again."""
        starts = dict(self._starts())
        for name, sent in self.merged.lists():
            if name not in starts and name not in OF_THE_PAGE and not name.startswith((DECIDE, JOINED)):
                yield from ((name, value) for value in sent)
        yield from starts.items()

    @cached_property
    def merged(self) -> Any:
        """What was sent, with what the forms have taken over and what has been decided so far."""
        data = self.request.POST.copy()
        asked = {choice.difference.name for choice in self.choices}
        for form in self.forms:
            of_form: Any = form.data
            names = [name for field in form.comparison.stored for name in values.names(form[field])]
            for name in {*names, form.add_prefix(DELETE)} - asked:
                data.pop(name, None)
                if name in of_form:
                    data.setlist(name, of_form.getlist(name))
        return data

    def _starts(self) -> Iterator[tuple[str, str]]:
        asked = {choice.difference.name for choice in self.choices}
        for form in self.forms:
            if form.formset is not None:
                yield f"{form.formset.prefix}-{FIELD}", form.formset.now(form.formset.start, asked).sealed()
            else:
                yield form.add_prefix(FIELD), form.comparison.now(form.comparison.start, asked).sealed()


def page(request: HttpRequest, forms: Sequence[ComparedForm]) -> HttpResponse | None:
    """The page of the conflict that the forms have found; None where they have none.

    What was typed is kept from here on (`aqb.accounts.session.typed`), whatever the person does with the page.
    """
    conflict = Conflict(request, forms)
    if not conflict.is_open:
        return None
    _keep(request, conflict)
    if LATER in request.POST:
        messages.info(request, KEPT)
        away = next((form.away for form in forms if form.away), "") or reverse("home")
        return HttpResponseRedirect(away)
    context = {"conflict": conflict, "now": timezone.localtime()}
    return render(request, "conflicts/conflict.html", context, status=409)


def _keep(request: HttpRequest, conflict: Conflict) -> None:
    """As it was sent, so that the form shows it again; texts that are joined already are kept joined."""
    fields = conflict.merged.copy()
    for choice in conflict.choices:
        if choice.chosen == "both":
            fields[choice.difference.name] = choice.joined
    shown = dict(conflict.hidden)
    for name in [name for name in fields if name.endswith(FIELD)]:
        fields[name] = shown.get(name, str(fields[name]))
    request.POST = fields  # what is kept is what is sent
    if request.user.is_authenticated:
        typed.keep(request, request.user.pk, typed.page_of(request), because=typed.CONFLICT)


def say(request: HttpRequest, forms: Sequence[ComparedForm]) -> None:
    """After saving: what somebody else had changed meanwhile, and that it is kept."""
    conflict = Conflict(request, forms)
    for form in forms:
        theirs = [one for one in form.comparison.differences if one.who is Who.THEM]
        if form.comparison.is_dropped:
            messages.info(request, "Ein Eintrag, den Sie nicht geändert haben, ist inzwischen von anderen gelöscht.")
        if theirs:
            author = conflict.author(form, theirs[0])
            told = "; ".join(f"{one.label}: {_short(one.theirs)}" for one in theirs)
            messages.info(request, f"{_also(author)} geändert, das gilt weiter: {told}.")


def _also(author: Author) -> str:
    return "Sie haben inzwischen in einem anderen Fenster" if author.is_me else f"{author.subject} hat inzwischen"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60].rstrip()} …"


def moment_of(at: Any) -> str:
    """`um 10:12 Uhr`, on another day with its date."""
    local = timezone.localtime(at)
    day = "" if local.date() == timezone.localdate() else f"am {german_date(at)} "
    return f"{day}um {local:%H:%M}{NBSP}Uhr"
