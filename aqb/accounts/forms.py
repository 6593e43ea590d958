"""The forms of sign-in and password, in our words; what they do is allauth's."""

from typing import Any

from allauth.account import forms as allauth

from aqb.forms import Worded

SHORTEST_PASSWORD = 12  # as AUTH_PASSWORD_VALIDATORS say
PASSWORD_RULE = (
    f"Mindestens {SHORTEST_PASSWORD} Zeichen; nicht nur Ziffern, keines der häufigen Passwörter, nicht Ihre E-Mail-Adresse. "
    "Mehrere Wörter hintereinander sind gut zu merken und schwer zu raten."
)


class AccountForm(Worded):
    """Labels and hints for the fields that allauth names in its own way."""

    says_optional = False
    texts: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.texts.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)  # a label stays, a placeholder goes while one types

    def clean(self) -> Any:
        """The second password is compared here, so that the difference is said in our words."""
        data = super().clean()
        if self.has_error("password2"):
            del self.errors["password2"]
            self.add_error("password2", self.second_password_sentence())
        return data

    def second_password_sentence(self) -> str:
        if not self.data.get(self.add_prefix("password2")):
            return "Bitte geben Sie das neue Passwort ein zweites Mal an."
        return "Die beiden neuen Passwörter stimmen nicht überein."


class LoginForm(AccountForm, allauth.LoginForm):
    """E-mail and password: the first step of signing in."""

    texts = {"login": ("E-Mail-Adresse", ""), "password": ("Passwort", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetPasswordForm(AccountForm, allauth.ResetPasswordForm):
    """Asks for the address that the link to a new password goes to."""

    texts = {"email": ("E-Mail-Adresse", "die Adresse, mit der Sie sich anmelden")}
    users: list[Any]  # allauth's: whose address it is

    def clean_email(self) -> str:
        """Whoever comes in by the sign-on service has no password here, and gets none past the service."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.has_usable_password()]
        return email


class NewPasswordForm(AccountForm, allauth.ResetPasswordKeyForm):
    """The new password, reached by the link from the mail."""

    texts = {"password1": ("Neues Passwort", PASSWORD_RULE), "password2": ("Neues Passwort wiederholen", "")}


class ChangePasswordForm(AccountForm, allauth.ChangePasswordForm):
    """The new password of somebody who is signed in."""

    texts = {
        "oldpassword": ("Bisheriges Passwort", ""),
        "password1": ("Neues Passwort", PASSWORD_RULE),
        "password2": ("Neues Passwort wiederholen", ""),
    }


class AgainForm(AccountForm, allauth.ReauthenticateForm):
    """The password of somebody who is signed in, once more."""

    texts = {"password": ("Passwort", "")}
