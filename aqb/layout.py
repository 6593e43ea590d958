"""Parts of a form's layout beyond crispy's own: sections with remarks beside the fields, and pairs of fields."""

from typing import Any, NamedTuple

from crispy_forms.layout import Div, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Beside(NamedTuple):
    """A remark that stands beside its field; `answer` is the address that takes an answer, or "" for reading only."""

    remark: Any
    answer: str = ""


class Group(LayoutObject):
    """A section of a form with a heading; remarks stand beside the field that they are about.

    The form's attribute `remarks` maps field names to lists of Beside; it may be missing.
    """

    template = "%s/layout/group.html"

    def __init__(self, heading: str, *fields: Any, css_id: str = "", note: str = "") -> None:
        self.heading, self.fields, self.css_id, self.note = heading, list(fields), css_id, note

    def render(self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **_: Any) -> SafeString:
        remarks: dict[str, list[Beside]] = getattr(form, "remarks", {})
        rows = [
            {
                "html": render_field(field, form, context, template_pack=template_pack),
                "remarks": [remark for name in _names(field) for remark in remarks.get(name, [])],
            }
            for field in self.fields
        ]
        return render_to_string(
            self.get_template_name(template_pack),
            {"heading": self.heading, "rows": rows, "id": self.css_id or _slug(self.heading), "note": self.note},
        )


class Pair(Div):
    """Two fields side by side where there is room."""

    css_class = "aqb-pair"


def _names(field: Any) -> list[str]:
    return [field] if isinstance(field, str) else [pointer.name for pointer in field.get_field_names()]


def _slug(heading: str) -> str:
    return "abschnitt-" + "".join(sign for sign in heading.lower() if sign.isalnum())
