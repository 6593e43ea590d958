"""Three states of one form, compared field by field: what it started from, what was sent, what is stored now."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Model
from django.forms import BoundField, model_to_dict
from django.utils import timezone
from django.utils.functional import cached_property

from aqb.conflicts import values
from aqb.conflicts.start import FIELD, Start, mark, name_of, opened, plain

if TYPE_CHECKING:
    from aqb.conflicts.compared import ComparedForm

DECIDE, JOINED = "entscheidung-", "zusammen-"  # before the name of a field: the choice, and the text joined of both
DELETE = "DELETE"


class Who(Enum):
    """Who has changed a field since the page was opened."""

    ME = "me"
    THEM = "them"
    BOTH = "both"


@dataclass(frozen=True)
class Difference:
    """A field that is not as it was: in words what was sent and what is stored. `name` is the input's, `field` the form's."""

    name: str
    field: str
    label: str
    who: Who
    mine: str
    theirs: str
    is_text: bool = False


_forms: ContextVar[list["ComparedForm"] | None] = ContextVar("compared", default=None)


@contextmanager
def noticed() -> Iterator[list["ComparedForm"]]:
    """Gathers the forms that find differences inside the block."""
    found: list[ComparedForm] = []
    token = _forms.set(found)
    try:
        yield found
    finally:
        _forms.reset(token)


class Comparison:
    """What one form has started from, what was sent with it, and what is stored now."""

    def __init__(self, form: "ComparedForm") -> None:
        self.form = form
        self.is_dropped = False  # a row that somebody else has deleted, and this person has left as it was
        self.named = form.named

    @cached_property
    def stored(self) -> dict[str, Any]:
        """The values that are compared, as they are stored now: views read them under the lock (`conflicts.hold`)."""
        form = self.form
        known = model_to_dict(form.instance) if isinstance(form, forms.BaseModelForm) else {}
        return {
            name: known[name] if name in known else forms.BaseForm.get_initial_for_field(form, field, name)
            for name, field in form.fields.items()
            if not (field.disabled or field.widget.is_hidden or isinstance(field, forms.FileField))
            and name not in (DELETE, *form.not_compared)
        }

    @property
    def row(self) -> Model | None:
        """The stored row that the form is about, if it is a single one."""
        found = self.form.instance if isinstance(self.form, forms.BaseModelForm) else self.form.stored_row
        return found if found is not None and found.pk else None

    @property
    def is_about_stored(self) -> bool:
        return (self.form.compares or self.row is not None) and bool(self.stored)

    def now(self, since: Start | None = None, undecided: Collection[str] = ()) -> Start:
        """The start of a page that shows what is stored now; `since` keeps when the person began."""
        known = {field.name for field in self.row._meta.fields} if self.row else set()
        labels = {name: str(self.form.fields[name].label) for name in self.stored if name not in known}
        return Start(
            at=since.at if since else timezone.now(), row=name_of(self.row) if self.row else "",
            marks={name: mark(value) for name, value in self.stored.items()}, undecided=frozenset(undecided), labels=labels,
        )  # fmt: skip

    @cached_property
    def start(self) -> Start | None:
        """What the page that was sent had started from; None where it does not say."""
        form = self.form
        if form.formset is None:
            return opened(str(form.data.get(form.add_prefix(FIELD), "")))
        of_all = form.formset.start
        key = str(form.data.get(form.add_prefix(form.formset.key), ""))
        return replace(of_all, marks=of_all.rows[key]) if of_all and key in of_all.rows else None

    @cached_property
    def differences(self) -> list[Difference]:
        """What was changed by whom. Finding them takes over what only others have changed: the form then has it as sent."""
        form = self.form
        if not form.is_bound or form.refusal or not (self.is_about_stored or form.is_gone):
            return []
        form.data = cast("Any", form.data).copy()  # what is taken over is written into it
        self.named = self.named or str(self.row or "")  # before anything typed gets into the row
        found = [] if form.is_gone else list(self._deleting() or self._compared())
        if form.is_gone:
            self.is_dropped = form.empty_permitted = self._left_alone()
        if (gathered := _forms.get()) is not None and (found or self.is_dropped):
            gathered.append(form)
        return found

    @property
    def undecided(self) -> list[Difference]:
        return [one for one in self.differences if one.who is Who.BOTH]

    @property
    def locked_since(self) -> Iterator[tuple[str, str]]:
        """Fields that the page let the person fill in and that can only be read by now, with what was typed there."""
        form = self.form
        for name, began in (self.start.marks if self.start else {}).items():
            if name in form.fields and form.fields[name].disabled:
                written = values.sent(form[name])
                if written not in (None, "", []) and mark(written) != began:
                    yield name, values.in_words(form.fields[name], written)

    def _compared(self) -> Iterator[Difference]:
        data: Any = self.form.data
        for name, stored in self.stored.items():
            bound = self.form[name]
            decision = self._decision(bound.html_name)
            if decision == "both":
                data[bound.html_name] = data.get(f"{JOINED}{bound.html_name}", "")
            elif decision == "theirs":
                values.write(data, bound, stored)
            mine = values.sent(bound)
            who = self._who(bound, mine, stored, is_decided=bool(decision))
            if who is not None:
                yield self._difference(bound, who, mine, stored)
            if who is Who.THEM:
                values.write(data, bound, stored)

    def _asked(self, name: str) -> bool:
        return self.start is not None and name in self.start.undecided

    def _decision(self, name: str) -> str:
        """`mine`, `theirs`, `both`: what the person has chosen on the page of the conflict; empty where nothing."""
        return str(self.form.data.get(f"{DECIDE}{name}", "")) if self._asked(name) else ""

    def _who(self, bound: BoundField, mine: Any, stored: Any, *, is_decided: bool) -> Who | None:
        """Who has changed the field, or None. A page that does not say what it started from may fill empty fields only."""
        sent, now = mark(mine), mark(stored)
        if sent == now:
            return None
        if self._asked(bound.html_name) and not is_decided:
            return Who.BOTH
        if self.start is None:
            return Who.BOTH if plain(stored) else Who.ME
        began = self.start.marks.get(bound.name)
        if began is None or sent == began:
            return Who.THEM  # also what the page did not show yet
        return Who.ME if now == began else Who.BOTH

    def _difference(self, bound: BoundField, who: Who, mine: Any, stored: Any) -> Difference:
        label = f"{self.place}: {bound.label}" if self.place else str(bound.label)
        words = [values.in_words(bound.field, value) for value in (mine, stored)]
        is_text = isinstance(bound.field.widget, forms.Textarea)
        return Difference(bound.html_name, bound.name, label, who, words[0], words[1], is_text=is_text)

    @property
    def place(self) -> str:
        """Before the label of a field, where a page has several forms or rows."""
        return self.form.part or (self.named if self.form.formset is not None else "")

    def _deleting(self) -> list[Difference]:
        """The person wants the row deleted: whoever does that knows what others have changed in it meanwhile."""
        name, data = self.form.add_prefix(DELETE), cast("Any", self.form.data)
        if not data.get(name):
            return []
        began = self.start.marks if self.start else {}
        changed = [field for field, value in self.stored.items() if began.get(field) != mark(value)]
        decision = self._decision(name)
        if decision == "theirs":
            for field, value in self.stored.items():
                values.write(data, self.form[field], value)
        elif not changed and (decision or not self._asked(name)):
            return []
        del data[name]
        if decision == "theirs":
            return []
        told = "; ".join(
            f"{self.form.fields[field].label}: {values.in_words(self.form.fields[field], self.stored[field])}"
            for field in changed or self.stored
        )
        return [Difference(name, "", self.place, Who.BOTH, "löschen", told)]

    def _left_alone(self) -> bool:
        """Whether the person has changed nothing in the row that somebody else has deleted."""
        marks = self.start.marks if self.start else {}
        return bool(marks) and all(
            mark(values.sent(self.form[name])) == began for name, began in marks.items() if name in self.form.fields
        )
