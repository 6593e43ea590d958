"""What the parts of a page are made of: badges, tasks, checks and steps, with the German words for each state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils import timezone

NBSP = "\u00a0"


def german_date(day: date | datetime) -> str:
    """`31.03.2027`; a moment counts as its day in Hesse."""
    return (timezone.localdate(day) if isinstance(day, datetime) else day).strftime("%d.%m.%Y")


def listed(words: Iterable[str], last: str = "und") -> str:
    """`Titel, Beginn und Ende`."""
    *most, end = [*words] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


@dataclass(frozen=True)
class Badge:
    """A state in words, icon and colour. The tone is KERN's feedback colour, or "neutral"."""

    label: str
    tone: str = "neutral"
    icon: str = ""


STATUS = {
    "draft": Badge("Entwurf", "neutral", "edit"),
    "returned": Badge("Zurückgegeben", "warning", "arrow-back"),
    "submitted": Badge("Eingereicht", "info", "drive-folder-upload"),
    "approved": Badge("Freigegeben", "info", "check"),
    "issued": Badge("Ausgefertigt", "info", "draft"),
    "signed": Badge("Unterzeichnet", "success", "success"),
    "published": Badge("Veröffentlicht", "success", "language"),
    "replaced": Badge("Ersetzt", "neutral", "autorenew"),
    "withdrawn": Badge("Zurückgezogen", "neutral", "close"),
    "terminated": Badge("Beendet", "neutral", "close"),
}
TASK = {
    "open": Badge("Offen", "warning", "warning"),
    "optional": Badge("Freiwillig"),
    "done": Badge("Erledigt", "success", "check"),
    "later": Badge("Noch nicht möglich"),
    "waiting": Badge("Abwarten"),
}
ICON_OF_TONE = {"warning": "warning", "success": "check", "info": "info", "danger": "danger"}


@dataclass(frozen=True)
class Task:
    """A row of a task list. `state` is a key of TASK; without `url` the row is no link; `note` is the muted line."""

    title: str
    state: str
    url: str = ""
    note: str = ""

    @property
    def badge(self) -> Badge:
        return TASK[self.state]


@dataclass(frozen=True)
class Check:
    """A row of a checklist: one condition of the next step, with the address where it can be met."""

    text: str
    done: bool
    url: str = ""


@dataclass(frozen=True)
class Step:
    """A step on the path of a version; `state` is "done", "current" or "ahead"."""

    label: str
    note: str
    state: str


_PATH = (
    ("draft", "created_at", ""),
    ("submitted", "submitted_at", "submission_due"),
    ("approved", "approved_at", "approval_due"),
    ("issued", "issued_at", "issue_due"),
    ("signed", "signed_at", "signing_due"),
    ("published", "published_at", "publication_due"),
)


def status_of(version: Any) -> str:
    """Key of STATUS for a version: its status, or "returned" for a draft that came back from the ministry."""
    return "returned" if version.status == "draft" and version.returned_at else version.status


def path_of(version: Any) -> list[Step]:
    """The six steps of a version with their dates: reached, since when, or planned by the vintage."""
    order = [status for status, _, _ in _PATH]
    ended = version.status not in order
    at = -1 if ended else order.index(version.status)
    steps = []
    for index, (status, moment, due) in enumerate(_PATH):
        reached = getattr(version, moment)
        if index == at:
            state, note = "current", f"seit {german_date(version.status_changed_at or reached)}"
        elif (ended and reached) or index < at:
            state, note = "done", german_date(reached) if reached else ""
        else:
            planned = getattr(version.agreement.budget_year, due) if due and not ended else None
            if status == "submitted" and not ended:
                planned = version.submission_due  # a return may set a day of its own
            word = "bis" if status == "submitted" else "geplant"
            state, note = "ahead", f"{word} {german_date(planned)}" if planned else ""
        steps.append(Step(STATUS[status].label, note, state))
    return steps


@dataclass(frozen=True)
class ErrorLine:
    """One line of an error summary; `target` is the id of the input it is about, or "" for the form as a whole."""

    label: str
    sentence: str
    target: str

    @property
    def text(self) -> str:
        """Field, colon, sentence; a question as label keeps its own mark."""
        if not self.label:
            return self.sentence
        return f"{self.label}{'' if self.label.endswith('?') else ':'} {self.sentence}"


def input_id(field: BoundField) -> str:
    """Id of the first input of a field: where a link from the error summary must lead."""
    widget = field.field.widget
    first_of_several = hasattr(widget, "widgets") or getattr(widget, "add_id_index", False)
    base = str(widget.attrs.get("id") or field.auto_id)
    return f"{base}_0" if base and first_of_several else base


def error_lines(forms: "Iterable[BaseForm | BaseFormSet[Any]]") -> Iterator[ErrorLine]:
    """Everything that is wrong in the forms, in the order of the page. A formset counts as its forms."""
    for form in forms:
        if isinstance(form, BaseFormSet):
            yield from (ErrorLine("", str(sentence), "") for sentence in form.non_form_errors())
            yield from error_lines(form.forms)
            continue
        yield from (ErrorLine("", str(sentence), "") for sentence in form.non_field_errors())
        for field in form:
            label = str(field.label or "")
            yield from (ErrorLine(label, str(sentence), input_id(field)) for sentence in field.errors)
