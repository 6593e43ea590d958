"""The private address of a person's calendar: whoever knows it reads deadlines without a login, until it is renewed.

The table keeps a random part and the SHA-256 of the whole; the rest is the application's key. So the page can show the
address, and neither the table nor a backup of it can.
"""

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode

from aqb import clock
from aqb.models import Subscription, User
from aqb.refusals import validation_refusals

SALT = "aqb.calendar_address"
BYTES = 18  # of the token: 144 bits, 24 characters


def token_of(wish: Subscription) -> str | None:
    """The token of a person's address; "" when there is one that can no longer be shown, None when there is none.

    It cannot be shown after the application got another key without keeping the former one; it still works.
    """
    if not wish.calendar_digest:
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _token(wish.calendar_nonce, key)
        if digest(token) == wish.calendar_digest:
            return token
    return ""


def person_of(token: str) -> User | None:
    """Whose address it is; None for one that nobody has (any more), and for accounts that are closed."""
    wish = Subscription.objects.select_related("person__district").filter(calendar_digest=digest(token)).first()
    return wish.person if wish is not None and wish.person.is_active else None


@transaction.atomic
def renew(person: User) -> str:
    """Give the person a new address; the one before ends at once. Answers the new token."""
    nonce = secrets.token_hex(16)
    token = _token(nonce, settings.SECRET_KEY)
    _keep(person, calendar_nonce=nonce, calendar_digest=digest(token), calendar_since=clock.now())
    return token


@transaction.atomic
def end(person: User) -> None:
    """The address ends, and there is no other one."""
    _keep(person, calendar_nonce="", calendar_digest="", calendar_since=None)


def _keep(person: User, **fields: object) -> None:
    with validation_refusals():
        Subscription.objects.update_or_create(person=person, defaults=fields)


def digest(token: str) -> str:
    """What the table keeps of a token: enough to know it again, and no use to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token(nonce: str, key: str) -> str:
    return urlsafe_base64_encode(salted_hmac(SALT, nonce, secret=key, algorithm="sha256").digest()[:BYTES])
