"""Words for accounts: who was invited, closed or given another role, who stands in for whom, what people sign in with."""

from aqb.access import Role
from reporting.timeline.names import GONE
from reporting.timeline.words.ground import Seen, Words, quiet

FACTORS = {"totp": "Einmalcodes", "webauthn": "einen Passkey", "recovery_codes": "Wiederherstellungscodes"}


def _who(seen: Seen) -> str:
    return seen.names.person_name(seen.event.key)


def _account(seen: Seen) -> str | None:
    if seen.filled("anonymised_at"):
        return f"das Konto von {_who(seen)} anonymisiert"
    if seen.differs("is_active"):
        return f"das Konto von {_who(seen)} {'zurückgeholt' if seen.row['is_active'] else 'stillgelegt'}"
    return None


def _deputy(seen: Seen) -> str | None:
    if seen.is_new():
        term = f"vom {seen.written('valid_from')} bis zum {seen.written('valid_to')}"
        return f"{seen.name('deputy_id')} {term} zur Vertretung von {seen.name('lead_id')} bestimmt"
    return f"die {_standing_in(seen)} vorzeitig beendet" if seen.filled("ended_at") else None


def _standing_in(seen: Seen) -> str:
    return f"Vertretung von {seen.name('lead_id')} durch {seen.name('deputy_id')}"


def _guest(seen: Seen) -> str:
    return str(seen.row["name"] or GONE)


def _invitation(seen: Seen) -> str | None:
    if seen.is_new():
        return f"{_guest(seen)} als „{Role(seen.row['role']).label}“ eingeladen"
    for column, done in (
        ("accepted_at", "angenommen"),
        ("revoked_at", "zurückgenommen"),
        ("anonymised_at", "anonymisiert"),
    ):
        if seen.filled(column):
            return f"die Einladung an {_guest(seen)} {done}"
    return f"die Einladung an {_guest(seen)} erneut verschickt" if seen.differs("expires_at") else None


def _factor(seen: Seen) -> str:
    what = FACTORS.get(seen.row["type"], "einen zweiten Faktor")
    owner = seen.row["user_id"]
    if seen.event.context and seen.event.context.get("user") == owner:
        return f"{what} für die eigene Anmeldung"
    return f"{what} für die Anmeldung von {seen.names.person_name(owner)}"


def _second_factor(seen: Seen) -> str | None:
    if seen.is_new():
        return f"{_factor(seen)} eingerichtet"
    return f"{_factor(seen)} entfernt" if seen.is_gone() else f"{_factor(seen)} erneuert"


def _sign_on(seen: Seen) -> str | None:
    whose = f"das Konto von {seen.name('user_id')}"
    if seen.is_new():
        return f"{whose} mit dem Anmeldedienst verbunden"
    return f"{whose} vom Anmeldedienst getrennt" if seen.is_gone() else None


WORDS = {
    "aqb.User": Words(
        "people",
        lambda seen: f"das Konto von {_who(seen)}",
        lambda seen: f" von {_who(seen)}",
        {
            "is_superuser": "die Zuständigkeit für den Betrieb", "email": "die E-Mail-Adresse", "name": "den Namen",
            "office": "die Funktion", "phone": "die Telefonnummer", "role": "die Rolle",
            "district_id": "die Gebietskörperschaft",
        },
        quiet("is_active", "joined_at", "deactivated_at", "anonymised_at"),
        deed=_account,
        labels={"is_superuser": "Zuständigkeit für den Betrieb"},
    ),
    "aqb.Deputy": Words(
        "people",
        lambda seen: f"die {_standing_in(seen)}",
        lambda seen: f" der {_standing_in(seen)}",
        {"lead_id": "die Leitung", "deputy_id": "die vertretende Person", "valid_from": "den Beginn", "valid_to": "das Ende"},
        quiet("created_at", "created_by_id", "ended_at"),
        deed=_deputy,
    ),
    "aqb.Invitation": Words(
        "people",
        lambda seen: f"die Einladung an {_guest(seen)}",
        lambda seen: f" der Einladung an {_guest(seen)}",
        {
            "email": "die E-Mail-Adresse", "name": "den Namen", "office": "die Funktion", "role": "die Rolle",
            "district_id": "die Gebietskörperschaft",
        },
        quiet(
            "invited_at", "invited_by_id", "expires_at", "accepted_at", "account_id", "revoked_at", "anonymised_at",
        ),
        deed=_invitation,
    ),
    "aqb.SecondFactor": Words(
        "people",
        lambda seen: f"{_factor(seen)}",
        lambda seen: f" der Anmeldung von {seen.name('user_id')}",
        {},
        quiet("user_id", "type", "created_at"),
        deed=_second_factor,
        labels={"user_id": "Person", "type": "Art", "created_at": "eingerichtet am"},
    ),
    "aqb.SingleSignOn": Words(
        "people",
        lambda seen: f"die Verbindung von {seen.name('user_id')} mit dem Anmeldedienst",
        lambda seen: f" der Verbindung von {seen.name('user_id')} mit dem Anmeldedienst",
        {"provider": "den Anmeldedienst"},
        quiet("user_id"),
        deed=_sign_on,
        labels={"user_id": "Person", "provider": "Anmeldedienst"},
    ),
}  # fmt: skip
