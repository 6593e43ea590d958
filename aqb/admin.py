"""Back office of people and places: who works here, the districts, the ministry's names."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from aqb.access import SENTENCES, Role
from aqb.back_office import BackOfficeForm, Reason, Table, flag
from aqb.models import District, Ministry, User
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


class UserForm(BackOfficeForm):
    """A person with role and password. The operator is a role of this form and a mark in the model."""

    constraint_fields = {"user_email_unique": "email", "user_district_fits_role": "district"}

    role_or_operator = forms.ChoiceField(label="Rolle", choices=ROLES, widget=forms.RadioSelect)
    new_password = forms.CharField(
        label="Passwort",
        strip=False,
        help_text="mindestens 12 Zeichen, kein häufiges Passwort, nicht wie Name oder E-Mail-Adresse",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password_again = forms.CharField(
        label="Passwort wiederholen",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    own: ClassVar[bool] = False  # the account of the person who fills in the form: its rights are not asked for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own:
            del self.fields["role_or_operator"]  # a field declared here would be read even where it is not shown
        if self.instance.pk:
            if "role_or_operator" in self.fields:
                self.fields["role_or_operator"].initial = self.instance.role or OPERATOR
            for name in {"new_password", "new_password_again"} & set(self.fields):
                self.fields[name].required = False
                self.fields[name].label = f"Neues {self.fields[name].label} (freiwillig)"

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> Any:
        cleaned = super().clean()
        if chosen := self.cleaned_data.get("role_or_operator"):
            self.instance.is_superuser = chosen == OPERATOR
            self.instance.role = "" if chosen == OPERATOR else chosen
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the instance carries name and e-mail from here on
        password, again = self.cleaned_data.get("new_password"), self.cleaned_data.get("new_password_again")
        if not password and not again:
            return
        if password != again:
            self.add_error("new_password_again", "Die beiden Passwörter stimmen nicht überein.")
            return
        try:
            password_validation.validate_password(str(password), self.instance)
        except ValidationError as error:
            self.add_error("new_password", error)


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
    readonly_fields = ("role_name", "flag_is_active", "joined_at", "last_login")
    why_kept = "Konten werden nicht gelöscht, weil der Verlauf auf sie verweist. Bitte legen Sie das Konto still."

    @admin.display(description="Rolle", ordering="role")
    def role_name(self, user: User) -> str:
        return str(user.get_role_display())

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        person = ("Person", {"fields": ("name", "email", "office", "phone")})
        if not self.has_change_permission(request, obj):
            return (person, ("Rechte", {"fields": ("role_name", "district", "is_active", "joined_at", "last_login")}))
        if obj is not None and obj.pk == request.user.pk:
            rights: tuple[str, ...] = ("role_name", "district", "flag_is_active")
        else:
            rights = ("role_or_operator", "district", "is_active")
        note = "" if "role_or_operator" in rights else "Die eigenen Rechte ändert eine andere Person des Betriebs."
        password = ("Passwort", {"fields": ("new_password", "new_password_again")})
        return (person, ("Rechte", {"fields": rights, "description": note}), password)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.own = obj is not None and obj.pk == request.user.pk
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        own = obj is not None and obj.pk == request.user.pk
        return (*fields, "district") if own else fields

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        password = form.cleaned_data.get("new_password")
        if password:
            obj.set_password(password)
        obj.save()
        if password and obj.pk == request.user.pk:
            update_session_auth_hash(request, obj)
