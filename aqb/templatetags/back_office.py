"""What the back office's own templates need beside Django's."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def row_heading(cell: SafeString) -> SafeString:
    """A cell of a list as Django has made it; the one that names the row says that it does."""
    return mark_safe(cell.replace("<th ", '<th scope="row" ', 1)) if cell.startswith("<th ") else cell  # noqa: S308
