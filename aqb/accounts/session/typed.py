"""What somebody typed when the session was over already: kept for a day, for the same person, on the same page.

Kept in the session of the browser, never passwords and files. Forms read it through `value_of` when they are shown
again (`aqb.forms`). Whose form it was is told by the session that has just ended, or by a signed cookie that says
which token was given to whom: so it is known of a session that was ended elsewhere, and never guessed.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import _unmask_cipher_token  # type: ignore[attr-defined]  # the only way to know a token
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

KEPT = "typed"  # key in the session: path of the page -> what was typed there
MOST = 1024 * 1024  # characters for all pages together
MOST_ROWS = 200  # of a form set
DAY = 24 * 60 * 60
TOKENS = 4  # so many logins of one browser are told apart
SALT = "aqb.typed"
SECRET = re.compile(r"passwor[dt]|kennwort|token|secret|credential", re.IGNORECASE)
# Why it was not saved: the session was over, somebody else had saved, the form had been sent before.
ENDED, CONFLICT, AGAIN = "ended", "conflict", "again"
NOTHING: Any = object()  # no value was typed, which is not the same as an empty one

_shown: ContextVar[tuple[str, QueryDict] | None] = ContextVar("typed", default=None)  # sent where, and the fields


# ---- keeping ----


def keep(request: HttpRequest, owner: int, page: str, because: str = ENDED) -> None:
    """Keep the fields of the request for `owner` and `page`, nothing of the account's own pages; `because` of what.

    Of what is too much for that only the fact is kept, so that the page can say it.
    """
    request.undone = True  # type: ignore[attr-defined]
    if is_private(page) or is_private(request.path):
        return
    fields = without_secrets(request.POST)
    entry: dict[str, Any] = {
        "owner": owner, "page": page, "action": request.path, "fields": fields.urlencode(),
        "files": [str(file.name) for _, files in request.FILES.lists() for file in files], "at": time.time(),
        "because": because,
    }  # fmt: skip
    if len(entry["fields"]) > MOST:
        entry |= {"fields": "", "lost": True}
    kept = {urlsplit(page).path: entry}
    for path, other in sorted(request.session.get(KEPT, {}).items(), key=lambda item: -item[1]["at"]):
        if path not in kept and sum(len(one["fields"]) for one in (*kept.values(), other)) <= MOST:
            kept[path] = other
    request.session[KEPT] = kept


def without_secrets(sent: QueryDict) -> QueryDict:
    """What was sent, without passwords and tokens."""
    fields = QueryDict(mutable=True)
    for name, values in sent.lists():
        if not SECRET.search(name):
            fields.setlist(name, values)
    return fields


def may_wait(request: HttpRequest) -> bool:
    """Whether a form can wait in the session as a whole: nothing secret, no file, not too much."""
    names = (name for name in request.POST if name != "csrfmiddlewaretoken")
    return not request.FILES and not any(map(SECRET.search, names)) and len(request.POST.urlencode()) <= MOST


def page_of(request: HttpRequest) -> str:
    """The page that the request comes from, with its query: where the form stands. Its own address where unknown."""
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    here = request.get_host()
    if request.method != "POST" and "HX-Current-URL" not in request.headers:
        return request.get_full_path()
    if not came or not url_has_allowed_host_and_scheme(came, {here}, require_https=request.is_secure()):
        return request.get_full_path()
    parts = urlsplit(came)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def drop_of_others(request: HttpRequest, owner: int) -> None:
    """Somebody signs in: what others typed in this browser is gone."""
    kept = request.session.get(KEPT)
    if kept is not None:
        request.session[KEPT] = {path: entry for path, entry in kept.items() if entry["owner"] == owner}


def drop(request: HttpRequest, page: str) -> None:
    """Forget what was typed on a page."""
    kept = dict(request.session.get(KEPT, {}))
    if kept.pop(urlsplit(page).path, None) is not None:
        request.session[KEPT] = kept


def is_private(path: str) -> bool:
    """Whether the page is one of the account's own: passwords and codes are typed there."""
    return path.startswith(reverse("account_login").removesuffix("login/"))


# ---- whose form it was ----


def owner_of(request: HttpRequest) -> int | None:
    """To whom the form was given that is sent here, by its token; None where nobody knows."""
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    if len(token) == 64:  # masked, as it stands in pages
        token = _unmask_cipher_token(token)
    return dict(_tokens(request)).get(_digest(token)) if token else None


def is_of_an_older_login(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the form was refused for its token, but was given to the very person who has signed in again since."""
    refused = response.status_code == 403 and not getattr(request, "csrf_processing_done", False)
    if request.method != "POST" or not refused:
        return False
    owner = owner_of(request)
    return owner is not None and request.user.pk in (owner, None)


def _tokens(request: HttpRequest) -> list[tuple[str, int]]:
    try:
        found = signing.loads(request.COOKIES.get(_cookie(), ""), salt=SALT, max_age=2 * DAY)
    except signing.BadSignature:
        return []
    return [(digest, owner) for digest, owner in found]


def _digest(secret: str) -> str:
    return hashlib.sha256(f"{SALT}{secret}".encode()).hexdigest()[:32]


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_forms"


# ---- showing ----


def entry_of(request: HttpRequest) -> dict[str, Any] | None:
    """What the person had typed on the page that is asked for."""
    if request.method != "GET" or not request.user.is_authenticated:
        return None
    entry = request.session.get(KEPT, {}).get(request.path)
    if entry is None or entry["owner"] != request.user.pk or time.time() - entry["at"] > DAY:
        return None
    return dict(entry)


@contextmanager
def shown(request: HttpRequest) -> Iterator[None]:
    """Inside the block forms show what was typed on this page."""
    entry = entry_of(request)
    with showing((entry["action"], QueryDict(entry["fields"])) if entry else None):
        yield


@contextmanager
def showing(written: tuple[str, QueryDict] | None) -> Iterator[None]:
    """Inside the block forms show what was typed: the address it goes to, and the fields; None: what is stored."""
    token = _shown.set(written)
    try:
        yield
    finally:
        _shown.reset(token)


def fields() -> QueryDict | None:
    """What was typed on the page that is being shown, as it was sent."""
    shown_now = _shown.get()
    return shown_now[1] if shown_now else None


def sent_as(name: str) -> str:
    """What was sent under this name from the page that is being shown; empty where nothing was."""
    written = fields()
    return str(written.get(name, "")) if written is not None else ""


def text_sent_to(action: str, name: str, otherwise: str) -> str:
    """What was typed into a field of the form that goes to `action`, else what the page shows of itself."""
    shown_now = _shown.get()
    return shown_now[1].get(name, otherwise) if shown_now and shown_now[0] == action else otherwise


def value_of(field: forms.Field, name: str) -> Any:
    """What was typed into the field with this name in the page, as its widget reads it, or NOTHING."""
    written = fields()
    if written is None or field.disabled or isinstance(field.widget, forms.FileInput):
        return NOTHING
    if field.widget.value_omitted_from_data(written, MultiValueDict(), name):
        return NOTHING
    return field.widget.value_from_datadict(written, MultiValueDict(), name)


def rows(prefix: str, key: str) -> tuple[dict[str, int], list[int]]:
    """Typed rows of a form set: number of each by the key of its stored row, and the numbers of new ones."""
    written = fields()
    total = written.get(f"{prefix}-TOTAL_FORMS", "") if written is not None else ""
    stored: dict[str, int] = {}
    new: list[int] = []
    if written is None or not total.isdecimal():
        return stored, new
    for number in range(min(int(total), MOST_ROWS)):
        if known := written.get(f"{prefix}-{number}-{key}"):
            stored[known] = number
        elif any(value for name, value in written.items() if name.startswith(f"{prefix}-{number}-")):
            new.append(number)
    return stored, new


def settled(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Forget what was typed once it is saved, follow a page that leads on, and note whose tokens the page carries."""
    if not request.user.is_authenticated:
        return response
    led_on = response.status_code in (302, 303)
    if led_on and request.session.get(KEPT) and not hasattr(request, "undone"):
        if request.method == "POST":
            _drop_saved(request)
        elif (entry := entry_of(request)) and url_has_allowed_host_and_scheme(response["Location"], None):
            drop(request, request.path)
            request.session[KEPT] = {**request.session[KEPT], urlsplit(response["Location"]).path: entry}
    _remember_token(request, response)
    return response


def _drop_saved(request: HttpRequest) -> None:
    """The form has gone through: by its own address, or from the page that it stands on."""
    page = urlsplit(page_of(request)).path
    entry = request.session[KEPT].get(page)
    if entry and request.path in (entry["action"], page):
        drop(request, page)


def _remember_token(request: HttpRequest, response: HttpResponse) -> None:
    secret = request.META.get("CSRF_COOKIE")
    known = _tokens(request)
    if not secret or (_digest(secret), request.user.pk) in known:
        return
    value = signing.dumps([(_digest(secret), request.user.pk), *known][:TOKENS], salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_cookie(), value, httponly=True, samesite="Lax", secure=secure)
