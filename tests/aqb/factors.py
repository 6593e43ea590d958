"""Second factors for tests: an app whose codes can be computed, a passkey without a device, and the two steps of a login."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from aqb.models import User
from tests.factories.who import PASSWORD


def app(user: User) -> str:
    """Give the person an app with codes and recovery codes; the secret of the app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code(secret: str, later: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def recovery_codes(user: User) -> list[str]:
    return RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()


def passkey(user: User, name: str = "Dienst-Laptop") -> Authenticator:
    """A row that counts as passkey; nobody can sign in with it."""
    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def first_step(client: Client, user: User, onward: str = "") -> Any:
    """E-mail and password."""
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": onward})


def second_step(client: Client, written: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": written})
