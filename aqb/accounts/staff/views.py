"""The pages of people: who works here, invitations, closing an account, deputies; and the page behind an invitation."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aqb import attempts, clock
from aqb.access import VERBS, Refused, require
from aqb.accounts.factor import second_factor
from aqb.accounts.staff import deputies, invitations, people
from aqb.accounts.staff.forms import AcceptForm, CloseForm, DeputyForm, InviteForm, PersonFilter
from aqb.forms import Form
from aqb.models import SecondFactor, User
from aqb.once import once, say_instead
from aqb.pages import Question, Request, ask, posted, refusals_in

PER_PAGE = 30  # more would weigh more than 60 kB
SENT = "Die Einladung an {} ist verschickt."
NOT_SENT = (
    "Die Einladung ist gespeichert, aber die E-Mail ließ sich nicht verschicken. Bitte senden Sie sie später erneut."
)


@require_safe
def person_list(request: Request) -> HttpResponse:
    """Whose accounts the person may see, the open invitations, and who stands in for whom."""
    by = request.user
    if reason := people.why_not_at_all(by):
        raise Refused(reason, status=403)
    seen = people.visible_to(by)
    filters = PersonFilter(request.GET, seen.select_related("district"))
    if by.is_district:
        del filters.form.fields["district"]
    ordered = _with_factors(filters.qs).order_by("-is_active", "district__sort_name", "name", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters, "page": page, "all": seen.count(), "active": seen.filter(is_active=True).count(),
        "one_district": by.is_district, "rows": [(one, people.why_not_keep(one, by) is None) for one in page],
        "invitations": _open_invitations(by), "deputies": _deputies(by), "now": clock.now(),
        **_naming(by),
    }  # fmt: skip
    return render(request, "people/person_list.html", context)


def _with_factors(found: Any) -> Any:
    """Adds what each person signs in with beside the password."""
    of = Authenticator.objects.filter(user=OuterRef("pk"))
    return found.annotate(
        has_app=Exists(of.filter(type=Authenticator.Type.TOTP)),
        has_passkey=Exists(of.filter(type=Authenticator.Type.WEBAUTHN)),
    )


def _open_invitations(by: User) -> list[tuple[Any, bool]]:
    """Each open invitation with whether `by` may repeat it and take it back."""
    found = invitations.visible_to(by).select_related("district", "invited_by")
    return [(one, invitations.why_not_keep(one, by) is None) for one in found]


def _deputies(by: User) -> list[tuple[Any, bool, bool]]:
    """What runs or lies ahead, each with whether it counts and whether `by` may end it."""
    return [
        (one, deputies.counts(one), deputies.why_not_end(one, by) is None)
        for one in deputies.of_leads(people.visible_to(by))
    ]


def _naming(by: User) -> dict[str, Any]:
    """The form in which a lead names a deputy, for those who are one."""
    if not deputies.is_lead(by):
        return {"naming": None}
    form = DeputyForm(by=by, initial={"valid_from": clock.today()})
    return {"naming": form if deputies.colleagues(by).exists() else None, "is_lead": True}


def mailing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around `once`: the mail leaves after the commit, and where it does not, the next page says so."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except invitations.NotSent:
            say_instead(request, NOT_SENT)
            return redirect("person_list")

    answered.once = True  # type: ignore[attr-defined]  # only around views that are
    return answered


@require_http_methods(["GET", "POST"])
@mailing
@once
def person_invite(request: Request) -> HttpResponse:
    """Invite somebody to one of the roles that the person may give."""
    require(request.user, people.KEEP, request.user.district)
    form = InviteForm(posted(request), by=request.user)
    if form.is_valid():
        with refusals_in(form):
            invitations.invite(**form.cleaned_data, by=request.user)
            messages.success(request, SENT.format(form.cleaned_data["email"]))
            return redirect("person_list")
    return render(request, "people/person_invite.html", {"form": form, "days": settings.INVITATION_DAYS})


@require_POST
@mailing
@once
def invitation_resend(request: Request, pk: int) -> HttpResponse:
    """Once more, with a new link and a new period."""
    row = get_object_or_404(invitations.within(request.user), pk=pk)
    invitations.resend(invitation=row, by=request.user)
    messages.success(request, SENT.format(row.email))
    return redirect("person_list")


@require_http_methods(["GET", "POST"])
@once
def invitation_revoke(request: Request, pk: int) -> HttpResponse:
    """Take an invitation back, after a question."""
    row = get_object_or_404(invitations.within(request.user), pk=pk)
    if request.method == "GET":
        _refuse(invitations.why_not_keep(row, request.user))
        says = f"Der Link in der E-Mail an {row.email} öffnet danach kein Konto mehr."
        more = "Sie können die Person später neu einladen."
        return ask(request, Question(
            f"Einladung an {row.name} zurücknehmen?", (says, more), "Einladung zurücknehmen", reverse("person_list"),
        ))  # fmt: skip
    invitations.revoke(invitation=row, by=request.user)
    messages.success(request, f"Die Einladung an {row.email} ist zurückgenommen. Ihr Link gilt nicht mehr.")
    return redirect("person_list")


def _refuse(reason: str | None) -> None:
    if reason:
        raise Refused(reason, status=403)


def _person_or_404(request: Request, pk: int) -> User:
    """The account, for whoever may keep it; one of a foreign district does not exist."""
    person = get_object_or_404(people.within(request.user).select_related("district"), pk=pk)
    require(request.user, people.KEEP, request.user.district)
    _refuse(people.why_not_keep(person, request.user))
    return person


@require_http_methods(["GET", "POST"])
@once
def person_close(request: Request, pk: int) -> HttpResponse:
    """Asks once more, and for a reason, before an account is closed."""
    person = _person_or_404(request, pk)
    form = CloseForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            people.deactivate(person=person, by=request.user, **form.cleaned_data)
            messages.success(request, f"Das Konto von {person.name} ist stillgelegt.")
            return redirect("person_list")
    context = {"person": person, "form": form, "is_last_lead": _is_last_lead(person)}
    return render(request, "people/person_close.html", context)


def _is_last_lead(person: User) -> bool:
    """Whether nobody is left who can do for this body what only a lead can."""
    if person.role not in VERBS[deputies.NAME].roles:
        return False
    others = User.objects.filter(role=person.role, district=person.district, is_active=True)
    return not others.exclude(pk=person.pk).exists()


@require_http_methods(["GET", "POST"])
@once
def person_reopen(request: Request, pk: int) -> HttpResponse:
    """Asks once more before a closed account is opened again."""
    person = _person_or_404(request, pk)
    form = Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            people.reactivate(person=person, by=request.user)
            messages.success(request, f"Das Konto von {person.name} ist wieder zugelassen.")
            return redirect("person_list")
    return render(request, "people/person_reopen.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
@once
def person_reset(request: Request, pk: int) -> HttpResponse:
    """The operator sends somebody the link to a new password; nobody sets it for them."""
    require(request.user, "user.keep")
    person = get_object_or_404(people.within(request.user).select_related("district"), pk=pk)
    form = Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            people.send_reset(person=person, by=request.user, request=request)
            messages.success(request, f"Der Link für ein neues Passwort ist an {person.email} verschickt.")
            return redirect("person_list")
    return render(request, "people/person_reset.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
@once
def person_factors(request: Request, pk: int) -> HttpResponse:
    """The operator takes away the factors of somebody who has lost them, after a look at whom and what."""
    by = request.user
    require(by, "user.keep")
    person = get_object_or_404(User, pk=pk)
    back = reverse("admin:aqb_user_change", args=[person.pk])
    if request.method == "POST":
        second_factor.take_away(person, by)
        messages.success(request, f"{person} hat jetzt keinen zweiten Faktor mehr und wurde überall abgemeldet.")
        return redirect(back)
    found = SecondFactor.objects.filter(user=person, type__in=second_factor.FACTORS).order_by("type", "pk")
    context = {"person": person, "factors": found, "obliged": second_factor.obliged(person), "back": back}
    return render(request, "people/person_factors.html", context)


@require_http_methods(["GET", "POST"])
@once
def deputy_name(request: Request) -> HttpResponse:
    """A lead says who stands in for them, from which day to which."""
    by = request.user
    require(by, deputies.NAME, by.district)
    form = DeputyForm(posted(request), by=by, initial={"valid_from": clock.today()})
    if form.is_valid():
        with refusals_in(form):
            row = deputies.name(**form.cleaned_data, by=by)
            messages.success(
                request, f"{row.deputy} vertritt Sie vom {row.valid_from:%d.%m.%Y} bis {row.valid_to:%d.%m.%Y}."
            )
            return redirect("person_list")
    return render(request, "people/deputy_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@once
def deputy_end(request: Request, pk: int) -> HttpResponse:
    """Take a deputyship back before its last day, after a question."""
    row = get_object_or_404(deputies.of_leads(people.within(request.user)), pk=pk)
    if request.method == "GET":
        _refuse(deputies.why_not_end(row, request.user))
        says = f"{row.deputy} kann ab sofort nicht mehr für {row.lead} handeln."
        more = "Was in der Vertretung geschehen ist, bleibt gültig und steht mit beiden Namen im Verlauf."
        return ask(request, Question(
            f"Vertretung durch {row.deputy} beenden?", (says, more), "Vertretung beenden", reverse("person_list"),
        ))  # fmt: skip
    deputies.end(deputy=row, by=request.user)
    messages.success(request, f"Die Vertretung durch {row.deputy} ist beendet.")
    return redirect("person_list")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: who invites to what, and the password that opens the account."""
    try:
        invitation = invitations.opened_by(token)
        initial = {"name": invitation.name, "office": invitation.office}
        form = AcceptForm(posted(request) if not request.user.is_authenticated else None, initial=initial)
        if form.is_valid():
            with refusals_in(form):
                return _signed_in(request, invitations.accept(token=token, **form.cleaned_data))
    except invitations.Unusable as unusable:
        return _unusable(request, unusable)
    context = {"invitation": invitation, "form": form, "role": people.explained(invitation.role)}
    return render(request, "people/invitation_accept.html", context)


def _signed_in(request: HttpRequest, person: User) -> HttpResponse:
    """In with the password just chosen, by the same way as from the login page."""
    answer: HttpResponse = perform_password_login(
        request, {"email": person.email}, Login(user=person, email=person.email)
    )
    return answer


def _unusable(request: HttpRequest, unusable: invitations.Unusable) -> HttpResponse:
    """Why the link opens nothing; whoever tries many of them waits."""
    if not unusable.known:
        counted = ratelimit.consume(request, app="allauth.account", action="invitation", limit_get=True)
        if not counted:
            return attempts.too_often(request)
    context = {"sentence": unusable.sentence}
    return render(request, "people/invitation_unusable.html", context, status=410 if unusable.known else 404)
