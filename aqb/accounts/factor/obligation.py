"""Which roles have to sign in with a second factor, as the operator sets it in the environment.

Read by the settings, so nothing here needs a model.
"""

from django.core.exceptions import ImproperlyConfigured

from aqb.environment import listed

OPERATOR = "operator"  # who runs the application has no role; in the environment they need a name
ROLES = ("ministry", "ministry_lead", "district", "district_lead", "grant_office", "auditor", OPERATOR)
FORMS = {  # allauth's forms in our words
    name: f"aqb.accounts.factor.forms.{form}"
    for name, form in {
        "authenticate": "CodeForm",
        "authenticate_webauthn": "PasskeyForm",
        "reauthenticate": "CodeAgainForm",
        "reauthenticate_webauthn": "PasskeyAgainForm",
        "login_webauthn": "PasskeyLoginForm",
        "activate_totp": "AppForm",
        "add_webauthn": "NewPasskeyForm",
        "edit_webauthn": "PasskeyNameForm",
    }.items()
}
ASKED_ONLY = "district"  # the many people of the districts are asked to add one, but may work without


def from_environment(*, production: bool) -> frozenset[str]:
    """The roles that AQB_SECOND_FACTOR obliges: a list, `all` or `none`. Raises ImproperlyConfigured with a sentence.

    Without the variable, production obliges everybody but ASKED_ONLY and the demo nobody.
    """
    words = listed("AQB_SECOND_FACTOR")
    if not words:
        return frozenset(ROLES) - {ASKED_ONLY} if production else frozenset()
    if words == ["all"]:
        return frozenset(ROLES)
    if words == ["none"]:
        return frozenset()
    if wrong := sorted(set(words) - set(ROLES)):
        raise ImproperlyConfigured(
            f"AQB_SECOND_FACTOR nennt „{wrong[0]}“; möglich sind „all“, „none“ oder eine Liste aus {', '.join(ROLES)}."
        )
    return frozenset(words)
