"""The site: who enters, and which table stands where."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst

from aqb import access
from aqb.back_office.tables import Table
from aqb.once import once

# Heading, anchor and tables in the order in which people look for them; apps are no order for readers.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Rahmen",
        "rahmen",
        (
            "agreements.BudgetYear", "agreements.BudgetLine", "agreements.Allocation", "agreements.MeasureCategory",
            "projects.TargetGroup", "agreements.Wording",
        ),
    ),
    (
        "Verteilung",
        "verteilung",
        (
            "agreements.IndicatorSet", "agreements.Indicator", "agreements.IndicatorValue",
            "agreements.DistributionScenario", "agreements.AppliedDistribution",
        ),
    ),
    (
        "Zielvereinbarungen",
        "zielvereinbarungen",
        (
            "agreements.Agreement", "agreements.AgreementVersion", "agreements.AgreementLine", "agreements.Signatory",
            "agreements.Signature", "agreements.Evidence", "agreements.ScanBatch", "agreements.Document",
            "agreements.Download", "agreements.StatusChange", "agreements.Submission", "agreements.Remark",
            "agreements.RegionalStrategy", "agreements.SteeringDialogue",
        ),
    ),
    (
        "Projekte",
        "projekte",
        ("projects.Provider", "projects.Project", "projects.ProjectEntry", "projects.FundingShare"),
    ),
    ("Stellen und Personen", "stellen", ("aqb.District", "aqb.Ministry", "aqb.User", "aqb.Invitation", "aqb.Deputy")),
    ("Öffentliche Seiten", "seiten", ("aqb.PageText", "aqb.BarrierReport")),
    ("Betrieb", "betrieb", ("aqb.ArchiveCheck", "aqb.HistoryLink", "aqb.Mail")),
)  # fmt: skip
UNUSED = {"password_change", "password_change_done"}  # the application has one page for it, for every role


class BackOffice(admin.AdminSite):
    """Open to the ministry and the operator. People sign in where everybody does."""

    site_header = "Verwaltung"
    site_title = "Verwaltung – AQB"
    index_title = "Verwaltung"
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # nothing here is deleted by the dozen

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only tables of ours: Django's groups and allauth's addresses would be a second way past the rules."""
        if admin_class is not None and issubclass(admin_class, Table):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED]

    def has_permission(self, request: HttpRequest) -> bool:
        return access.why_not(request.user, "back_office.enter") is None

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """A person without the right reads why; nobody signed in goes to the login page. No form does its work twice."""
        inner = super().admin_view(once(view), cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated:
                access.require(request.user, "back_office.enter")
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """No login page of its own."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_logout"))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Tables are listed once, on the first page."""
        return HttpResponseRedirect(reverse("admin:index"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The groups with the tables that the person may see."""
        tables = {table._meta.label: keeper for table, keeper in self._registry.items()}
        groups = []
        for name, anchor, labels in GROUPS:
            models = [
                self._entry(request, tables[label].model, tables[label])
                for label in labels
                if label in tables and tables[label].has_view_permission(request)
            ]
            url = f"{reverse('admin:index')}#{anchor}"
            groups.append(
                {"name": name, "app_label": anchor, "app_url": url, "has_module_perms": True, "models": models}
            )
        return [group for group in groups if group["models"]]

    def _entry(self, request: HttpRequest, model: type[Model], table: Any) -> dict[str, Any]:
        options = model._meta
        address = f"admin:{options.app_label}_{options.model_name}"
        permissions = table.get_model_perms(request)
        return {
            "model": model,
            "name": capfirst(options.verbose_name_plural),
            "object_name": options.object_name,
            "perms": permissions,
            "admin_url": reverse(f"{address}_changelist"),
            "add_url": reverse(f"{address}_add") if permissions["add"] else None,
            "view_only": not permissions["change"],
        }


def group_of(label: str) -> tuple[str, str]:
    """Heading and anchor of the group in which a table stands."""
    return next((name, anchor) for name, anchor, labels in GROUPS if label in labels)
