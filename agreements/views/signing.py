"""Recording who has signed an issued version."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agreements import checks
from agreements.actions import signing
from agreements.forms.versions import SignatureForm
from agreements.models import Party, Signatory, Signature
from agreements.views.agreements import crumbs
from agreements.views.decisions import party_name
from agreements.views.fetching import Request, address, posted, refusals_in, version_or_404
from aqb import clock
from aqb.access import Refused, require


@require_http_methods(["GET", "POST"])
def signature_create(request: Request, year: int, ags: str, number: int, party: str) -> HttpResponse:
    """A person has signed for a party: name, office, place, date, and the scan. The last one completes the version."""
    if party not in Party.values:
        raise Http404
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.sign", version.agreement.district)
    missing = _missing(version, party, request.user)
    position = missing[0][1]
    meant = version.signatories.filter(party=party, position=position).first()
    blank = Signature(
        version=version, party=party, position=position, recorded_by=request.user, recorded_at=clock.now()
    )
    form = SignatureForm(
        posted(request), request.FILES or None, instance=blank, initial=_prefilled(version, party, meant)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _record(form, version, party, position, request)
            return redirect("version_detail", **address(version))
    context = {
        "version": version, "form": form, "meant": meant, "party_name": party_name(version, party),
        "is_last": len(checks.missing_signatures(version)) == 1, **crumbs(version),
    }  # fmt: skip
    return render(request, "agreements/signature_form.html", context)


def _missing(version: Any, party: str, user: Any) -> list[tuple[str, int]]:
    """The places of this party that are still empty; refuses when there is none."""
    if reasons := checks.refusals(version, "sign", user):
        raise Refused(*reasons)
    if missing := [place for place in checks.missing_signatures(version) if place[0] == party]:
        return missing
    raise Refused(f"Für {party_name(version, party)} sind alle Unterschriften schon erfasst.")


def _prefilled(version: Any, party: str, meant: Signatory | None) -> dict[str, str]:
    """What is likely: the person on the paper, and the seat of the party."""
    side = version.agreement.district if party == Party.DISTRICT else version.ministry
    place = side.seat if side else ""
    return {"place": place, "name": meant.name, "office": meant.office} if meant else _minister(version, party, place)


def _minister(version: Any, party: str, place: str) -> dict[str, str]:
    if party == Party.LAND and version.ministry:
        return {"place": place, "name": version.ministry.minister, "office": version.ministry.minister_office}
    return {"place": place}


def _record(form: SignatureForm, version: Any, party: str, position: int, request: Request) -> None:
    signature = signing.record_signature(
        version=version, party=Party(party), position=position,
        **{name: form.cleaned_data[name] for name in ("name", "office", "place", "signed_on")},
        evidence=form.cleaned_data["scan"].read(), by=request.user,
    )  # fmt: skip
    version.refresh_from_db(fields=["status"])
    done = version.status == "signed"
    messages.success(
        request,
        "Alle Unterschriften sind erfasst. Die Reinschrift steht unter Dokumente."
        if done
        else f"Die Unterschrift von {signature.name} ist erfasst.",
    )


@require_POST
def signature_remove(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """Take back a signature recorded by mistake, while others are still missing."""
    version = version_or_404(request, year, ags, number)
    signature = get_object_or_404(Signature.objects.visible_to(request.user), version=version, pk=pk)
    signing.remove_signature(signature=signature, by=request.user)
    messages.success(request, f"Die Unterschrift von {signature.name} ist nicht mehr erfasst.")
    return redirect("version_detail", **address(version))
