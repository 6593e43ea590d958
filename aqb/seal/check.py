"""System checks: a seal that cannot be used is found by `manage.py check`, not when the first contract is complete."""

from typing import Any

from django.conf import settings
from django.core import checks

from aqb import seal


@checks.register
def check_key(**_: Any) -> list[checks.CheckMessage]:
    """The key opens. A module may be far away and counts logins, so only `check --deploy` asks one."""
    if seal.kind() != "official" or (settings.SEAL_PKCS11 and not settings.SEAL_P12):
        return []
    return _messages(seal.describe())


@checks.register(checks.Tags.security, deploy=True)
def check_module(**_: Any) -> list[checks.CheckMessage]:
    """The key in a module opens; without any key fair copies stay unsealed."""
    if seal.kind() == "none":
        return [checks.Info(problem, id="seal.I001") for problem in seal.describe().problems]
    if seal.kind() == "official" and settings.SEAL_PKCS11:
        return _messages(seal.describe())
    return []


def _messages(state: seal.SealState) -> list[checks.CheckMessage]:
    """A key that does not open is an error; a certificate that runs out must not keep commands from running."""
    if not state.subject:
        return [checks.Error(problem, id="seal.E001") for problem in state.problems]
    return [checks.Warning(problem, id="seal.W001") for problem in state.problems]
