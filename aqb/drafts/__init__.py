"""What somebody types into a form is kept on the server while it is typed, for that person only.

A page takes part by a decorator on its view and two tags in its template (docs/screens.md, ADR 0014):

    @keeps_draft(place_of)        # place_of(request, **kwargs) -> Place: what the form is about; refuses who may not
    def project_edit(request, pk): ...

    {% draft_note %} above the form, {% draft_state %} inside it

Kept are the raw fields, also half a date or a wrong amount; never passwords, tokens and files. Forms show them again by
the same road as what was sent too late (`aqb.accounts.session.typed`).
"""

from aqb.drafts.begun import Begun, begun_about, begun_in, listed, newest, own_new
from aqb.drafts.keeping import forget, forget_person
from aqb.drafts.page import Place, keeps_draft

__all__ = [
    "Begun", "Place", "begun_about", "begun_in", "forget", "forget_person", "keeps_draft", "listed", "newest", "own_new",
]  # fmt: skip
