"""The forms of the second factor, in our words; what they do is allauth's."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from aqb.accounts.forms import AccountForm

LONGEST_NAME = 60
NOT_PROVED = "Der Passkey ließ sich nicht prüfen. Bitte versuchen Sie es noch einmal."
# How the library says that what came is no answer of a device; whoever signs in by hand-made data reads a sentence, too.
ILLEGIBLE = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError, struct.error)
NAME, NAME_HINT = "Name des Passkeys", "daran erkennen Sie ihn in der Liste wieder, zum Beispiel „Dienst-Laptop“"


@contextmanager
def proof_of_device() -> Iterator[None]:
    """Inside the block the answer of a device is read and checked; what is wrong with it is one sentence."""
    try:
        yield
    except ValidationError as error:
        if getattr(error, "code", "") != "incorrect_code":
            raise
        raise ValidationError(NOT_PROVED, code="not_proved") from error
    except ILLEGIBLE as error:
        raise ValidationError(NOT_PROVED, code="not_proved") from error


# ---- codes ----


class CodeForm(AccountForm, codes.AuthenticateForm):
    """A code of the app or a recovery code: the second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))
        field = self.fields["code"]
        field.label, field.help_text = _code_words(has_app=Authenticator.Type.TOTP in self.types)
        _as_code(field)

    def clean_code(self) -> str:
        """A code of the app counts once; allauth forgets it earlier than a slow clock lets it count."""
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            if not cache.add(f"aqb.code.{self.user.pk}.{normalize_user_code(code)}", 1, lasts):
                raise get_adapter().validation_error("incorrect_code")
        return code


class CodeAgainForm(CodeForm, codes.ReauthenticateForm):
    """The same of somebody who is signed in: what is done with it afterwards differs."""

    save = codes.ReauthenticateForm.save


class AppForm(AccountForm, totp.ActivateTOTPForm):
    """The first code of an app proves that it has read the picture."""

    texts = {"code": ("Code aus der App", "sechs Ziffern, sie wechseln alle 30 Sekunden")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"])

    @property
    def secret_in_groups(self) -> str:
        """The key of the app in groups of four, for typing it in."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


def _code_words(*, has_app: bool) -> tuple[str, str]:
    if has_app:
        return (
            "Code aus Ihrer App",
            "sechs Ziffern; ist das Gerät nicht da, einer Ihrer Wiederherstellungscodes (acht Ziffern)",
        )
    return "Wiederherstellungscode", "acht Ziffern; jeder gilt einmal"


def _as_code(field: forms.Field) -> None:
    """A short field that brings up the digits on a phone."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"inputmode": "numeric", "class": "aqb-code", "spellcheck": "false"}


# ---- passkeys ----


class DeviceForm(AccountForm):
    """A form that carries the answer of a device; where there is none, the sentence is the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages = {"required": NOT_PROVED, "invalid": NOT_PROVED}


class PasskeyForm(DeviceForm, webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""

    def clean_credential(self) -> Authenticator:
        with proof_of_device():
            return super().clean_credential()


class PasskeyAgainForm(PasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    """A passkey of somebody who is signed in."""


class PasskeyLoginForm(PasskeyForm, webauthn.LoginWebAuthnForm):
    """A passkey instead of e-mail and password; the device has asked for finger, face or PIN."""


class NewPasskeyForm(DeviceForm, webauthn.AddWebAuthnForm):
    """A device makes a passkey for this address; it serves for signing in and as second factor alike."""

    name = forms.CharField(label=NAME, help_text=NAME_HINT, max_length=LONGEST_NAME, required=False)
    passwordless = None  # allauth's choice: here every passkey is made so that it is enough by itself

    def clean(self) -> Any:
        with proof_of_device():
            return super().clean()


class PasskeyNameForm(AccountForm, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=NAME, help_text=NAME_HINT, max_length=LONGEST_NAME)
