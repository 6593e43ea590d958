"""People: their accounts, who invited them, who stands in for whom, and what else they sign in with."""

from datetime import date
from typing import Any

import pgtrigger
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from aqb import clock, triggers
from aqb.access import DISTRICT, LEAD_OF, MINISTRY, Role
from aqb.history import recorded
from aqb.models.places import District, Validity, valid_in_order

PERSONAL = ("email", "name", "office", "phone")  # what anonymising takes out of an account and its history


class UserSet(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_superuser": True, "role": "", **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@recorded(exclude=["password", "last_login"], personal=PERSONAL)
class User(AbstractBaseUser, PermissionsMixin):
    """A person who works with the application. Logs in by e-mail; has one role, and a district where the role asks."""

    email = models.EmailField("E-Mail-Adresse")
    name = models.CharField("Name", max_length=120, help_text="Vor- und Nachname, mit Titel, ohne Herr oder Frau")
    office = models.CharField("Funktion", max_length=120, blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    role = models.CharField("Rolle", max_length=20, choices=Role, blank=True)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name="Gebietskörperschaft",
    )
    is_active = models.BooleanField("aktiv", default=True, help_text="Konten werden stillgelegt, nie gelöscht.")
    joined_at = models.DateTimeField("angelegt am", auto_now_add=True)
    deactivated_at = models.DateTimeField("stillgelegt am", null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField("anonymisiert am", null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserSet()

    class Meta:
        verbose_name = "Person"
        verbose_name_plural = "Personen"
        ordering = ("name", "email")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=sorted(DISTRICT), district__isnull=False)
                | (~Q(role__in=sorted(DISTRICT)) & Q(district__isnull=True)),
                name="user_district_fits_role",
                violation_error_message="Eine Gebietskörperschaft gehört genau zu den Rollen der Gebietskörperschaften.",
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=True, role="") | Q(is_superuser=False, role__in=[r for r in Role.values if r]),
                name="user_operator_without_role",
                violation_error_message="Wer die Anwendung betreibt, hat keine Fachrolle; alle anderen haben genau eine.",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(is_active=False),
                name="user_anonymised_is_closed",
                violation_error_message="Ein anonymisiertes Konto bleibt stillgelegt.",
            ),
            models.UniqueConstraint(  # Django asks for this one of whatever people log in with
                fields=("email",),
                name="user_email_exact",
                violation_error_message="Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
            ),
        )

        triggers = (
            # Set by the database, so that it is true of bulk updates and raw SQL, too; the term of storage counts from it.
            triggers.trigger(
                "user_deactivated_since",
                pgtrigger.Insert | pgtrigger.Update,
                """
                IF NEW.is_active THEN NEW.deactivated_at := NULL;
                ELSIF NEW.deactivated_at IS NULL THEN NEW.deactivated_at := now();
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May enter the back office."""
        return self.is_superuser or self.role in MINISTRY

    @property
    def is_ministry(self) -> bool:
        return self.role in MINISTRY

    @property
    def is_district(self) -> bool:
        return self.role in DISTRICT

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def standing_in(self) -> "list[Deputy]":
        """The leads for whom this person stands in today, read once."""
        lead = LEAD_OF.get(Role(self.role))
        if lead is None or not self.pk:
            return []
        return list(
            self.deputyships.valid_on(clock.today())
            .filter(ended_at=None, lead__is_active=True, lead__role=lead, lead__district=self.district_id)
            .select_related("lead")
            .order_by("pk")
        )


@recorded()
class Deputy(models.Model):
    """A lead is represented by a colleague for some days: what only the lead may do, the deputy may then, too.

    It counts only while both belong to the same body and the lead's account is open and still a lead's.
    """

    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputies", verbose_name="Leitung")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputyships", verbose_name="Vertretung"
    )
    valid_from = models.DateField("ab")
    valid_to = models.DateField("bis")
    created_at = models.DateTimeField("eingetragen am", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="eingetragen von"
    )
    ended_at = models.DateTimeField("vorzeitig beendet am", null=True, blank=True, editable=False)

    objects = Validity.as_manager()

    class Meta:
        verbose_name = "Vertretung"
        verbose_name_plural = "Vertretungen"
        ordering = ("-valid_from", "-pk")
        constraints = (
            valid_in_order("deputy"),
            models.CheckConstraint(
                condition=~Q(lead=F("deputy")),
                name="deputy_is_somebody_else",
                violation_error_message="Niemand vertritt sich selbst. Bitte wählen Sie eine andere Person.",
            ),
            models.UniqueConstraint(
                fields=("lead", "deputy", "valid_from"),
                condition=Q(ended_at=None),
                name="deputy_named_once",
                violation_error_message="Diese Vertretung ist für diesen Beginn schon eingetragen.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} für {self.lead}"

    def counts_on(self, day: date) -> bool:
        """Whether its days include this one and nobody has ended it."""
        return self.ended_at is None and self.valid_from <= day <= self.valid_to


@recorded(exclude=["token_digest"], personal=("email", "name", "office"))
class Invitation(models.Model):
    """Somebody is asked to open an account with a role; the link in the mail opens it once and for some days.

    Of the link's token only the SHA-256 is kept: who reads the table cannot use it.
    """

    email = models.EmailField("E-Mail-Adresse")
    name = models.CharField("Name", max_length=120, help_text="Vor- und Nachname, mit Titel, ohne Herr oder Frau")
    office = models.CharField("Funktion", max_length=120, blank=True)
    role = models.CharField("Rolle", max_length=20, choices=[choice for choice in Role.choices if choice[0]])
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Gebietskörperschaft"
    )
    invited_at = models.DateTimeField("eingeladen am", editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="eingeladen von"
    )
    expires_at = models.DateTimeField("gilt bis", editable=False)
    token_digest = models.CharField(max_length=64, editable=False)
    accepted_at = models.DateTimeField("angenommen am", null=True, blank=True, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="invitation",
        verbose_name="Konto",
    )  # fmt: skip
    revoked_at = models.DateTimeField("zurückgenommen am", null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField("anonymisiert am", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Einladung"
        verbose_name_plural = "Einladungen"
        ordering = ("-invited_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=sorted(DISTRICT), district__isnull=False)
                | (~Q(role__in=sorted(DISTRICT)) & ~Q(role="") & Q(district__isnull=True)),
                name="invitation_district_fits_role",
                violation_error_message="Eine Gebietskörperschaft gehört genau zu den Rollen der Gebietskörperschaften.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, account__isnull=True)
                | Q(accepted_at__isnull=False, account__isnull=False, revoked_at__isnull=True),
                name="invitation_accepted_with_account",
                violation_error_message="Eine angenommene Einladung hat ein Konto und wird nicht zurückgenommen.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")),
                name="invitation_moments_in_order",
                violation_error_message="Eine Einladung gilt über den Zeitpunkt hinaus, zu dem sie verschickt wird.",
            ),
            models.UniqueConstraint(
                fields=("token_digest",),
                name="invitation_token_unique",
                violation_error_message="Dieser Einladungslink ist schon vergeben.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
                violation_error_message="An diese Adresse ist schon eine Einladung unterwegs.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"


@recorded(fields=["user", "type", "created_at"], model_name="SecondFactorEvent")
class SecondFactor(Authenticator):
    """What a person signs in with beside the password. Its secret is never recorded, only that it came or went."""

    class Meta:
        proxy = True
        verbose_name = "zweiter Faktor"
        verbose_name_plural = "zweite Faktoren"


@recorded(fields=["user", "provider"], model_name="SingleSignOnEvent")
class SingleSignOn(SocialAccount):
    """An account of the administration's sign-on service that belongs to a person here.

    The service's own name for the person is not recorded: it may be an address, which anonymising could not take out.
    """

    class Meta:
        proxy = True
        verbose_name = "Anmeldedienst"
        verbose_name_plural = "Anmeldedienste"
