"""Who comes in by the administration's sign-on service, and with which rights.

What the service says about a person is compared with the account here. Nobody ever gets wider rights by it: a new
account has exactly the one role that the operator's mapping gives; a known one may only become narrower (the lead is a
colleague from now on). Anything else is refused, and the operator sees it on the health page.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pghistory
from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from aqb import circumstances, clock, freshness
from aqb.access import DISTRICT, LEAD_OF, Role
from aqb.accounts.sign_on.provider import EVERY_LOGIN, SignOn
from aqb.models import District, User
from aqb.refusals import validation_refusals

logger = logging.getLogger(__name__)
type Claims = dict[str, Any]

SESSION_KEY = "sign_on"  # what the service has proved in this session, and about whom
LEAD = "Bitte wenden Sie sich an die Leitung Ihrer Stelle; sie veranlasst, dass die Berechtigung beim Anmeldedienst stimmt."
OPERATOR = "Geändert wurde nichts. Bitte wenden Sie sich an den Betrieb der Anwendung; er vergleicht beides mit Ihnen."
# Why somebody is not let in -> what that person reads, and what the operator reads.
REASONS = {
    "none": (f"Der Anmeldedienst nennt keine Berechtigung für diese Anwendung. {LEAD}", "nennt keine Berechtigung"),
    "several": (
        f"Der Anmeldedienst nennt mehrere Rollen für diese Anwendung; hier hat jede Person genau eine. {LEAD}",
        "nennt mehrere Rollen",
    ),
    "district": (
        f"Der Anmeldedienst nennt keine Gebietskörperschaft, die es hier gibt, oder mehr als eine. {LEAD}",
        "nennt keine bekannte Gebietskörperschaft",
    ),
    "email": (
        "Der Anmeldedienst hat Ihre E-Mail-Adresse nicht bestätigt. Bitte wenden Sie sich an die Stelle, die ihn betreibt.",
        "hat die E-Mail-Adresse nicht bestätigt",
    ),
    "rights": (
        f"Der Anmeldedienst nennt für Sie andere Rechte als Ihr Konto hier hat. {OPERATOR}", "nennt andere Rechte als das Konto"
    ),
    "other": (
        f"Ihr Konto gehört hier schon zu einem anderen Zugang beim Anmeldedienst. {OPERATOR}",
        "kennt die Person unter einem anderen Zugang als bisher",
    ),
    "person": (
        "Beim Anmeldedienst war eine andere Person angemeldet als hier. Bitte melden Sie sich dort mit Ihrem eigenen Zugang an.",
        "kennt im selben Browser eine andere Person",
    ),
    "stale": (
        "Der Anmeldedienst hat nicht nach einer neuen Anmeldung gefragt. Bitte bestätigen Sie sie auf einem anderen Weg.",
        "hat nicht nach einer neuen Anmeldung gefragt",
    ),
    "closed": ("Dieses Konto ist stillgelegt.", "meldet eine Person an, deren Konto stillgelegt ist"),
}  # fmt: skip
WAY = "sign_on"  # the service among the ways to a fresh login
REFUSALS = "aqb.sign_on.refusals"
REMEMBERED = timedelta(days=30)
KEPT = 50


class NotAdmitted(Exception):
    """The service knows the person, but nobody comes in; `kind` is a key of REASONS, `user` the account, if there is one."""

    def __init__(self, kind: str, user: User | None = None) -> None:
        super().__init__(kind)
        self.kind, self.user = kind, user

    @property
    def sentence(self) -> str:
        return REASONS[self.kind][0]


@dataclass(frozen=True)
class Rights:
    """A role, and the district where the role asks for one."""

    role: str
    district: District | None


@dataclass(frozen=True)
class Refusal:
    """A login that was refused: when, the key of the reason, and the key of the account, if there is one."""

    at: datetime
    kind: str
    user: int | None

    @property
    def text(self) -> str:
        return f"Der Dienst {REASONS[self.kind][1]}"


def service() -> SignOn | None:
    """The sign-on service of this installation, if there is one."""
    return settings.SIGN_ON


def the_service() -> SignOn:
    """The service, on a road that only exists where there is one. Raises LookupError."""
    if settings.SIGN_ON is None:
        raise LookupError("no sign-on service")
    return settings.SIGN_ON


def fresh_login_ways(user: Any) -> list[dict[str, str]]:
    """The service as a way to sign in once more (allauth's description of one), for people who come in by it."""
    if settings.SIGN_ON is None or not SocialAccount.objects.filter(user=user).exists():
        return []
    return [
        {"id": "sign_on", "description": f"Mit {settings.SIGN_ON.name} bestätigen", "url": reverse("sign_on_again")}
    ]


# ---- rights ----


def rights_of(claims: Claims) -> Rights:
    """The rights that the mapping gives for these claims. Raises NotAdmitted unless they are exactly one role's."""
    mapping = the_service().mapping
    roles = {mapping.roles[value] for value in _values(claims, mapping.claim) if value in mapping.roles}
    if len(roles) != 1:
        raise NotAdmitted("several" if roles else "none")
    [role] = roles
    if role not in DISTRICT:
        return Rights(role, None)
    named = _values(claims, mapping.district_claim)
    district = District.objects.valid_on(clock.today()).filter(ags__in=named).first() if len(named) == 1 else None
    if district is None:
        raise NotAdmitted("district")
    return Rights(role, district)


def _values(claims: Claims, name: str) -> set[str]:
    """The texts of a claim: one, or a list of them. A name with dots leads into objects (`realm_access.roles`)."""
    found: Any = claims.get(name)
    if name not in claims:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    several = found if isinstance(found, list) else [found]
    return {value for value in several if isinstance(value, str) and value}


def _narrows(rights: Rights, user: User) -> bool:
    """Whether these are the rights of a colleague of the lead that the person is."""
    lead = LEAD_OF.get(Role(rights.role))
    return rights.role != user.role and lead == user.role and rights.district == user.district


# ---- coming in ----


def admit(account: SocialAccount, claims: Claims) -> User:
    """The person who comes in, with the rights as they are from now on; `account` belongs to that person afterwards.

    Raises NotAdmitted, and then nothing has changed.
    """
    with transaction.atomic():
        user = _person(account, claims)
        if user is not None and not user.is_active:
            raise NotAdmitted("closed", user)
        try:
            rights = rights_of(claims)
        except NotAdmitted as refused:
            raise NotAdmitted(refused.kind, user) from refused
        known = user is not None
        if user is None:
            user = _joined(rights, claims)
        elif _narrows(rights, user):
            circumstances.because(f"Der Anmeldedienst nennt eine engere Rolle: {Role(rights.role).label}.")
            pghistory.context(user=user.pk)  # whoever comes in; the login itself is a moment later
            user.role = rights.role
            user.save(update_fields=["role"])
        elif (user.role, user.district) != (rights.role, rights.district):
            raise NotAdmitted("rights", user)
        if not account.pk:
            _connect(account, user, tell=known)
        return user


def _connect(account: SocialAccount, user: User, *, tell: bool) -> None:
    """The service's account belongs to `user` from now on, who hears of it by mail where the account is not new."""
    pghistory.context(user=user.pk)
    account.user = user
    account.save()
    if tell:
        named = {"service": the_service().name}
        get_adapter().send_notification_mail("socialaccount/email/account_connected", user, named)


def _person(account: SocialAccount, claims: Claims) -> User | None:
    """The locked account of the person: the connected one, or the one with the address that the service has verified."""
    people = User.objects.select_related("district").select_for_update(of=("self",), no_key=True)
    if account.pk:
        return people.get(pk=account.user_id)
    email = _verified_email(claims)
    user = people.filter(email__iexact=email).first()
    known = SocialAccount.objects.filter(user=user).first() if user else None
    if known and (known.provider, known.uid) != (account.provider, account.uid):
        raise NotAdmitted("other", user)  # an address that the service has given to somebody else
    if known:
        account.pk = known.pk  # connected a moment ago, from another window
    return user


def _verified_email(claims: Claims) -> str:
    email = claims.get("email")
    if isinstance(email, str) and email and claims.get("email_verified") is True:
        return email
    raise NotAdmitted("email")


def _joined(rights: Rights, claims: Claims) -> User:
    """A new account. Raises Refused where what the service says about the person does not fit into one."""
    email = _verified_email(claims)
    parts = [claims.get("name")] if claims.get("name") else [claims.get("given_name"), claims.get("family_name")]
    name = " ".join(part for part in parts if isinstance(part, str)).strip() or email
    circumstances.because("Erste Anmeldung über den Anmeldedienst.")
    with validation_refusals():
        return User.objects.create_user(email, None, name=name[:120], role=rights.role, district=rights.district)


# ---- what the session knows ----


def remember(request: HttpRequest, user: User, claims: Claims) -> None:
    """Keep in the session what the service has proved about the person who is coming in."""
    request.session[SESSION_KEY] = {"user": user.pk, "second_factor": proves_second_factor(claims)}


def proves_second_factor(claims: Claims) -> bool:
    """Whether the service says that it has asked for a second factor, as AQB_OIDC_SECOND_FACTOR understands it."""
    accepted = set(the_service().second_factor)
    return EVERY_LOGIN in accepted or bool(accepted & (_values(claims, "acr") | _values(claims, "amr")))


def counts_as_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this request came in by the service, and its login counts as a second factor."""
    known = request.session.get(SESSION_KEY)
    return bool(settings.SIGN_ON and known and known["user"] == request.user.pk and known["second_factor"])


def login_moment(claims: Claims) -> float:
    """When the person has signed in at the service (seconds since 1970); long ago where the service does not say.

    Not earlier than a login that is just no longer fresh: how long a session here lasts is not the service's matter.
    """
    now, said = time.time(), claims.get("auth_time")
    return min(now, max(said if isinstance(said, int) else 0, now - freshness.FRESH - 1))


# ---- what the operator is told ----


def note(refused: NotAdmitted) -> None:
    """Log the refusal without personal data, and remember it for the health page."""
    key = refused.user.pk if refused.user else None
    logger.warning("Login by the sign-on service refused (%s), account %s", refused.kind, key or "unknown")
    latest = [Refusal(clock.now(), refused.kind, key), *cache.get(REFUSALS, [])]
    cache.set(REFUSALS, latest[:KEPT], REMEMBERED.total_seconds())


def refusals() -> list[Refusal]:
    """The refused logins of the last 30 days, the latest first. Two at the same moment may count as one; the log has both."""
    return [one for one in cache.get(REFUSALS, []) if clock.now() - one.at < REMEMBERED]
