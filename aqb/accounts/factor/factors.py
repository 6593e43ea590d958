"""What allauth asks about second factors: how their secrets are hidden, whether one may go, and what they are called."""

import base64
import hashlib
import ipaddress
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from aqb.access import Refused
from aqb.accounts.factor import second_factor

UNREADABLE = (
    "Ihr zweiter Faktor lässt sich nicht mehr prüfen, weil der Schlüssel der Anwendung ausgetauscht wurde. "
    "Bitte wenden Sie sich an den Betrieb der Anwendung."
)


def _cipher() -> MultiFernet:
    """Made from the secret key of the application; what a former key has hidden stays readable."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [hashlib.sha256(b"aqb.second_factor" + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def passkeys_work_at(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a name; an address made of numbers (127.0.0.1) is none."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


class Factors(DefaultMFAAdapter):
    """Secrets in the table are encrypted; the last factor of an obliged person stays; sentences are German."""

    error_messages: dict[str, Any] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": (
            "Dieser Code stimmt nicht oder wurde schon benutzt. Bitte prüfen Sie ihn oder nehmen Sie den nächsten."
        ),
        "cannot_delete_authenticator": second_factor.LAST_ONE_STAYS,
        "cannot_generate_recovery_codes": "Wiederherstellungscodes gibt es erst, wenn ein zweiter Faktor eingerichtet ist.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Refused with a sentence when neither the key of the application nor a former one fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Refused(UNREADABLE) from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_last_of_obliged(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "AQB"}
