"""The pages of the providers: each district keeps its own list."""

from copy import copy

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aqb.access import Refused, require, why_not
from aqb.conflicts import hold
from aqb.models import District
from aqb.once import once
from aqb.pages import Request, page_of_ours, posted, refusals_in
from projects.actions import save_provider
from projects.filters import ProviderFilter
from projects.forms import ProviderForm
from projects.models import Provider

PER_PAGE = 50


@require_safe
def provider_list(request: Request) -> HttpResponse:
    """The providers that the person may see, with how many projects each has over all vintages."""
    providers = Provider.objects.visible_to(request.user)
    filters = ProviderFilter(request.GET, providers.select_related("district"))
    if request.user.is_district:
        del filters.form.fields["district"]
    found = filters.qs.annotate(projects=Count("entries__project", distinct=True))
    found = found.order_by("district__sort_name", "name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    chosen = filters.form.cleaned_data.get("district") if filters.form.is_valid() else None
    district = request.user.district or District.objects.filter(ags=chosen).first()
    context = {
        "filters": filters,
        "page": page,
        "all": providers.count(),
        "one_district": request.user.is_district,
        "may_add": district is not None and not why_not(request.user, "provider.keep", district),
        "district": district,
        "may_change": request.user.is_district or request.user.is_ministry,
    }
    return render(request, "projects/provider_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def provider_create(request: Request) -> HttpResponse:
    """A new provider; the ministry says for which district (`?gebiet=06438`)."""
    district = request.user.district
    if district is None:
        require(request.user, "provider.keep")
        if not (ags := request.GET.get("gebiet", "")).isdecimal():
            raise Refused("Bitte wählen Sie in der Liste der Träger zuerst die Gebietskörperschaft.")
        district = get_object_or_404(District, ags=ags)
    return _fill_in(request, district, None)


@require_http_methods(["GET", "POST"])
@once
def provider_edit(request: Request, pk: int) -> HttpResponse:
    """Correct a provider."""
    hold(request, Provider.objects.filter(pk=pk))
    providers = Provider.objects.visible_to(request.user).select_related("district")
    provider = get_object_or_404(providers, pk=pk)
    return _fill_in(request, provider.district, provider)


def _fill_in(request: Request, district: District, provider: Provider | None) -> HttpResponse:
    require(request.user, "provider.keep", district)
    form = ProviderForm(posted(request), instance=copy(provider) if provider else Provider(district=district))
    form.away = reverse("provider_list")
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            saved = save_provider(district=district, provider=provider, by=request.user, **form.cleaned_data)
            messages.success(request, f"Träger „{saved.name}“ gespeichert.")
            return redirect(_way_back(request, saved))
    context = {"form": form, "provider": provider, "district": district, "back": _back(request)}
    return render(request, "projects/provider_form.html", context)


def _back(request: Request) -> str:
    """The page of ours that the person came from, or ""."""
    return page_of_ours(request.GET.get("zurueck", ""))


def _way_back(request: Request, provider: Provider) -> str:
    """Back to the project that needs the provider, with the provider chosen; else to the list."""
    back = _back(request)
    return f"{back.partition('?')[0]}?traeger={provider.pk}" if back else reverse("provider_list")
