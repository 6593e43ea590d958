"""Two people in one form: nothing is overwritten, nothing is lost.

A form about something stored carries what it started from (`Start`). When it is sent, three states are compared field by
field, under the lock that the view has taken (`hold`): started from, sent, stored now. What only somebody else changed is
taken over and said; what only this person changed counts; where both changed differently nothing is saved, and a page
lets the person choose. `aqb.forms` and `aqb.back_office` bring all of that to every form; `aqb.once` says and shows it.
"""

from aqb.conflicts.compared import ComparedForm, ComparedRows
from aqb.conflicts.comparison import noticed
from aqb.conflicts.gone import gone
from aqb.conflicts.page import page, say
from aqb.conflicts.start import hold

__all__ = ["ComparedForm", "ComparedRows", "gone", "hold", "noticed", "page", "say"]
