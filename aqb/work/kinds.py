"""What workers know to do: the functions that apps register in their `tasks.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.module_loading import autodiscover_modules

# Says how far a job of one piece is: (done, total), in whatever it counts.
type Advance = Callable[[int, int], None]


@dataclass(frozen=True)
class Kind:
    """A kind of job: what is done to a row, `run(key, by, job)`, or to all at once, `run(job, by, advance)`."""

    name: str
    run: Callable[..., str]
    is_whole: bool = False


_kinds: dict[str, Kind] = {}


def kind[F: Callable[..., str]](name: str) -> Callable[[F], F]:
    """Register `(key, by, job) -> str`: what is done to one row, each in its own transaction.

    It answers one German sentence about what it did, or raises Refused; whatever else it raises is a fault of ours.
    """
    return _registering(name, is_whole=False)


def whole[F: Callable[..., str]](name: str) -> Callable[[F], F]:
    """Register `(job, by, advance) -> str`: work of one piece in one transaction; `job.key` says what it is about."""
    return _registering(name, is_whole=True)


def _registering(name: str, *, is_whole: bool) -> Any:
    def register(run: Any) -> Any:
        if name in _kinds and _kinds[name].run is not run:
            raise ValueError(f"There are two kinds »{name}«")
        _kinds[name] = Kind(name, run, is_whole)
        return run

    return register


def find(name: str) -> Kind:
    """The kind of this name; KeyError where no app has registered one."""
    _discover()
    return _kinds[name]


@cache
def _discover() -> None:
    """Load `tasks.py` of all apps: only once somebody asks, because they load all that prints and seals."""
    autodiscover_modules("tasks")
