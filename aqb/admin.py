"""Back office of people and places: who works here, the districts, the ministry's names."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from aqb import access, clock
from aqb.access import SENTENCES, Role
from aqb.accounts.factor import second_factor
from aqb.accounts.staff import people
from aqb.accounts.staff.people import OWN_RIGHTS
from aqb.back_office import BackOfficeForm, Reason, Table, acting, become, flag
from aqb.models import Deputy, District, HistoryLink, Invitation, Mail, Ministry, User
from aqb.page_texts import admin as public_pages  # noqa: F401  registers its tables
from aqb.stored import ArchiveCheck
from aqb.templatetags.aqb import file_size

OPERATOR = "operator"  # a choice of its own: an empty one, forgotten, must not make an operator
ROLES = [(role.value or OPERATOR, f"{role.label}: {SENTENCES[role]}") for role in Role]
FORMS = (
    ("nominative", "genitive"), ("dative", "accusative"), "locative", ("short_nominative", "short_genitive"),
    ("short_dative", "short_accusative"), ("pronoun", "possessive"), "self_name", "body",
)  # fmt: skip


@admin.register(District)
class DistrictAdmin(Table):
    list_display = ("name", "ags", "kind", "region", "seat", "valid_from", "valid_to")
    list_filter = ("kind", "region")
    search_fields = ("name", "ags", "seat")
    ordering = ("sort_name", "ags")
    why_kept = "Gebietskörperschaften werden nicht gelöscht. Bitte tragen Sie ein, bis wann sie gültig ist."
    fieldsets = (
        (None, {"fields": ("name", "sort_name", ("ags", "kind"), ("region", "seat"), ("valid_from", "valid_to"))}),
        (
            "Wortformen",
            {"fields": FORMS, "description": "So steht die Gebietskörperschaft in Verträgen; nichts wird abgeleitet."},
        ),
    )


@admin.register(Ministry)
class MinistryAdmin(Table):
    list_display = ("name", "short_name", "minister", "minister_office", "valid_from", "valid_to")
    search_fields = ("name", "short_name", "minister")
    why_kept = "Ressorts werden nicht gelöscht. Bitte tragen Sie ein, bis wann die Angaben gelten."
    fieldsets = (
        (None, {"fields": ("name", "short_name", ("minister", "minister_office"), "seat", ("valid_from", "valid_to"))}),
        ("Wortformen", {"fields": (("nominative", "genitive"), ("dative", "accusative"))}),
        ("Beleg", {"fields": ("source",)}),
    )


@admin.register(ArchiveCheck)
class ArchiveCheckAdmin(Table):
    read = "health.read"
    may_add = False
    fixed = Reason(
        "Prüfungen des Archivs werden weder geändert noch gelöscht",
        ("Jeder Lauf von »manage.py verify_archive« wird von selbst eingetragen.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    work_list = ("health", "Betriebszustand")
    list_display = ("finished_at", "files", "bytes_in_words", "missing", "changed", "orphaned")
    date_hierarchy = "finished_at"
    ordering = ("-finished_at", "-pk")
    fields = (("started_at", "finished_at"), ("files", "bytes_in_words"), ("missing", "changed", "orphaned"), "found")
    readonly_fields = ("bytes_in_words", "found")

    @admin.display(description="Umfang", ordering="bytes")
    def bytes_in_words(self, row: ArchiveCheck) -> str:
        return file_size(row.bytes)

    @admin.display(description="Befund")
    def found(self, row: ArchiveCheck) -> str:
        """Each file with what was wrong about it, one a line; the first hundred of each kind."""
        lines = [f"{one['file']}: {one['text']}" for kept in row.findings.values() for one in kept]
        return "\n".join(lines) or "nichts"


@admin.register(HistoryLink)
class HistoryLinkAdmin(Table):
    read = "health.read"
    may_add = False
    fixed = Reason(
        "Kettenglieder werden weder geändert noch gelöscht",
        ("Jeder Lauf von »manage.py chain_history« und »manage.py daily« bildet das nächste.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    work_list = ("health", "Betriebszustand")
    list_display = ("number", "made_at", "rows", "digest")
    date_hierarchy = "made_at"
    ordering = ("-number",)
    fields = (("number", "made_at", "rows"), "previous", "digest", "covered")
    readonly_fields = ("covered",)

    @admin.display(description="Umfang")
    def covered(self, row: HistoryLink) -> str:
        """Each table with the keys that the link covers, one a line."""
        return "\n".join(str(part) for part in row.parts.all()) or "nichts"


class UserForm(BackOfficeForm):
    """A person with a role. The operator is a role of this form and a mark in the model; nobody sets a password here."""

    constraint_fields = {"user_email_unique": "email", "user_district_fits_role": "district"}

    role_or_operator = forms.ChoiceField(label="Rolle", choices=ROLES, widget=forms.RadioSelect)

    own: ClassVar[bool] = False  # the account of the person who fills in the form: its rights are not asked for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own:
            del self.fields["role_or_operator"]  # a field declared here would be read even where it is not shown
        elif "role_or_operator" in self.fields:
            self.fields["role_or_operator"].initial = self.instance.role or OPERATOR

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> Any:
        cleaned = super().clean()
        if chosen := self.cleaned_data.get("role_or_operator"):
            self.instance.is_superuser = chosen == OPERATOR
            self.instance.role = "" if chosen == OPERATOR else chosen
        return cleaned


@admin.register(User)
class UserAdmin(Table):
    form = UserForm
    keep = "user.keep"
    related = ("district",)
    list_display = ("name", "email", "role_name", "district", "office", "flag_is_active")
    list_filter = ("role", "is_active", "district")
    search_fields = ("name", "email", "office", "district__name")
    ordering = ("name", "email")
    flag_is_active = flag("is_active", "aktiv")
    readonly_fields = ("role_name", "flag_is_active", "joined_at", "last_login", "deactivated_at", "factors")
    why_kept = "Konten werden nicht gelöscht, weil der Verlauf auf sie verweist. Bitte legen Sie das Konto still."
    work_list = ("person_list", "Personen und Einladungen")

    @admin.display(description="Rolle", ordering="role")
    def role_name(self, user: User) -> str:
        return str(user.get_role_display())

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Nobody makes an account for somebody else: people come by invitation."""
        access.require(request.user, self.keep)
        return redirect("person_invite")

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """What is done with an account, each on a page that asks first."""
        if access.why_not(request.user, self.keep):
            return []
        links = [("person_reset", "Link für neues Passwort schicken …")] if row.is_active else []
        if people.why_not_keep(row, acting(request)) is None and row.anonymised_at is None:
            links.append(("person_close", "Stilllegen …") if row.is_active else ("person_reopen", "Zurückholen …"))
        if row.pk != request.user.pk and second_factor.has(row):
            links.append(("person_factors", "Zweiten Faktor wegnehmen …"))
        return [(reverse(name, args=[row.pk]), words) for name, words in links]

    @admin.display(description="zweiter Faktor")
    def factors(self, user: User) -> str:
        return second_factor.described(user)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        account = ("Konto", {"fields": ("flag_is_active", "deactivated_at", "joined_at", "last_login", "factors")})
        person = ("Person", {"fields": ("name", "email", "office", "phone")})
        if not self.has_change_permission(request, obj):
            return (person, ("Rechte", {"fields": ("role_name", "district")}), account)
        own = obj is not None and obj.pk == request.user.pk
        note = OWN_RIGHTS if own else ""
        rights = ("role_name" if own else "role_or_operator", "district")
        return (person, ("Rechte", {"fields": rights, "description": note}), account)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.own = obj is not None and obj.pk == request.user.pk
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        own = obj is not None and obj.pk == request.user.pk
        return (*fields, "district") if own else fields

    def held(self, request: HttpRequest, key: int) -> Any:
        """As the action does: the account together with that of whoever acts."""
        return User.objects.filter(pk__in=(key, acting(request).pk))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        become(obj, people.change(person=obj, by=acting(request)))


class ByPeople(Table):
    """What people arrange among themselves on the page of people; here it is read."""

    keep = "person.keep"
    may_add = False
    work_list = ("person_list", "Personen und Einladungen")


@admin.register(Invitation)
class InvitationAdmin(ByPeople):
    fixed = Reason(
        "Einladungen werden hier nicht geändert",
        ("Verschicken, wiederholen und zurücknehmen lassen sie sich auf der Seite „Personen“.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = "Einladungen werden nicht gelöscht. Bitte nehmen Sie die Einladung auf der Seite „Personen“ zurück."
    related = ("district", "invited_by", "account")
    list_display = ("name", "email", "role", "district", "invited_by", "invited_at", "expires_at", "state")
    list_filter = ("role", "district")
    search_fields = ("name", "email", "office", "district__name", "invited_by__name")
    date_hierarchy = "invited_at"
    ordering = ("-invited_at", "-pk")
    fields = (
        ("name", "email", "office"), ("role", "district"), ("invited_by", "invited_at", "expires_at"),
        ("accepted_at", "account"), "revoked_at",
    )  # fmt: skip

    @admin.display(description="Stand")
    def state(self, row: Invitation) -> str:
        if row.accepted_at:
            return "angenommen"
        if row.revoked_at:
            return "zurückgenommen"
        return "offen" if row.expires_at > clock.now() else "abgelaufen"


@admin.register(Deputy)
class DeputyAdmin(ByPeople):
    fixed = Reason(
        "Vertretungen werden hier nicht geändert",
        ("Eine Vertretung bestimmt und beendet die Leitung selbst auf der Seite „Personen“.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = "Vertretungen werden nicht gelöscht. Die Leitung kann sie vorzeitig beenden."
    related = ("lead__district", "deputy", "created_by")
    list_display = ("lead", "deputy", "district", "valid_from", "valid_to", "ended_at")
    list_filter = ("lead__role", "lead__district")
    search_fields = ("lead__name", "deputy__name", "lead__district__name")
    ordering = ("-valid_from", "-pk")
    fields = (("lead", "deputy"), ("valid_from", "valid_to"), ("created_by", "created_at"), "ended_at")

    @admin.display(description="Gebietskörperschaft", ordering="lead__district__sort_name")
    def district(self, row: Deputy) -> str:
        return str(row.lead.district or "")


@admin.register(Mail)
class MailAdmin(Table):
    """The outbox: what left, what waits, and what no server took."""

    fixed = Reason(
        "E-Mails werden hier nicht geändert",
        (
            "Die Anwendung schreibt und verschickt sie selbst; was ein Mailserver nicht annimmt, versucht sie noch einmal.",
        ),
    )
    why_not_added = fixed.sentences[0]
    why_kept = "E-Mails werden nicht von Hand gelöscht; sie verschwinden nach ihrer Frist von selbst."
    related = ("recipient",)
    list_display = ("subject", "recipient", "state", "attempts", "created_at", "next_try_at", "last_error")
    list_filter = ("state",)
    search_fields = ("subject", "recipient__name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = (
        ("recipient", "state"), "subject", "body", ("created_at", "attempts", "next_try_at", "ended_at"), "last_error",
    )  # fmt: skip
