"""The one clock of the application."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from aqb import clock

NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


def test_clock_runs_by_itself() -> None:
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
    assert clock.now().tzinfo is not None


def test_stopped_clock_says_the_moment_and_runs_on_after_it() -> None:
    with clock.stopped(NEW_YEAR):
        assert clock.now() == NEW_YEAR
        assert clock.now() == NEW_YEAR
    assert clock.now() > NEW_YEAR


def test_today_is_the_day_in_hesse() -> None:
    with clock.stopped(NEW_YEAR):
        assert clock.today() == date(2026, 1, 1)
    assert clock.day(NEW_YEAR) == date(2026, 1, 1)
    assert clock.day(datetime(2026, 7, 1, 21, 59, tzinfo=UTC)) == date(2026, 7, 1)


def test_clock_stopped_twice_goes_back_to_the_first_moment() -> None:
    with clock.stopped(NEW_YEAR):
        with clock.stopped(NEW_YEAR + timedelta(days=1)):
            assert clock.now() == NEW_YEAR + timedelta(days=1)
        assert clock.now() == NEW_YEAR


def test_clock_runs_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), clock.stopped(NEW_YEAR):
        raise ValueError("x")
    assert clock.now() != NEW_YEAR


def test_clock_of_other_threads_runs_on() -> None:
    seen: list[datetime] = []
    with clock.stopped(NEW_YEAR):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NEW_YEAR
