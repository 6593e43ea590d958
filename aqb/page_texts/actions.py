"""What can be done with the text of a public page."""

from django.db import transaction

from aqb import clock
from aqb.access import Refused, require
from aqb.models import PageText, User
from aqb.page_texts import texts
from aqb.refusals import validation_refusals


@transaction.atomic
def change_text(*, key: str, title: str, body: str, by: User) -> PageText:
    """Let a public page say something else; it is public at once.

    Refuses: a page that does not exist, an empty title or text, everything that the small Markdown does not know.
    """
    require(by, "page_text.keep")
    if key not in texts.TEXTS:
        raise Refused("Diese Seite gibt es nicht.", status=404)
    if reasons := texts.problems(body):
        raise Refused(*reasons)
    row = PageText.objects.select_for_update(of=("self",)).filter(key=key).first() or PageText(key=key)
    row.title, row.body = title.strip(), body.strip()
    row.changed_at, row.changed_by = clock.now(), by
    with validation_refusals(row):
        row.full_clean()
        row.save()
    return row
