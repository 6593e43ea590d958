"""What the page and the command say about the chain over the history."""

from datetime import timedelta

import pytest

from aqb import clock, health
from tests import factories as make
from tests.chains import link

pytestmark = pytest.mark.django_db


def test_history_never_chained_is_to_be_looked_at() -> None:
    part = health.history_chain()
    assert part.state == "notice"
    assert "manage.py chain_history" in part.text


def test_history_chained_lately_is_good() -> None:
    make.line()
    (made,) = link()
    part = health.history_chain()
    assert part.state == "good"
    assert dict(part.facts)["Letztes Glied"].startswith("Nummer 1 vom ")
    assert dict(part.facts)["Prüfwert"].replace("\u200b", "") == made.digest


@pytest.mark.parametrize(("hours", "state"), [(47, "good"), (49, "notice")])
def test_chain_that_nobody_continues_is_to_be_looked_at(hours: int, state: str) -> None:
    link()
    with clock.stopped(clock.now() + timedelta(hours=hours)):
        assert health.history_chain().state == state


def test_trial_owns_its_database_and_that_is_no_fault() -> None:
    part = health.history_guard()
    assert (part.state, part.text.split(".")[0]) == ("off", "Die Trigger stehen")
