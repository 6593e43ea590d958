"""What the crispy template pack "kern" needs beyond Django: widgets with KERN's classes."""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from aqb import locked_fields

register = template.Library()
register.filter("locked", locked_fields.locked)


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: date, checkbox, radios, checkboxes, select, file or input."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return "date"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "select" if isinstance(widget, forms.Select) else "input"


@register.simple_tag
def kern_widget(field: BoundField, css: str) -> SafeString:
    """The control of a field with KERN's class, its error look, and hint and error tied to it by Django."""
    classes = [css, str(field.field.widget.attrs.get("class", ""))]
    if field.errors:
        classes.append(f"{css}--error")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def date_parts(field: BoundField) -> list[dict[str, Any]]:
    """Day, month and year of a date field: label, name, id, value and width of each input."""
    widget = field.field.widget
    parts = widget.get_context(field.html_name, field.value(), {"id": field.auto_id})["widget"]["subwidgets"]
    return [
        {"label": label, "name": part["name"], "id": part["attrs"]["id"], "value": part["value"] or "", "width": width}
        for label, part, width in zip(widget.labels, parts, (2, 2, 4), strict=True)
    ]
