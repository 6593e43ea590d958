"""Filters and tags that nearly every page needs; settings make them builtins, so no template loads them."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aqb import clock, once, screens
from aqb.money import format_euro
from aqb.screens import ICON_OF_TONE, NBSP, STATUS, Badge, Check, Task

register = template.Library()

SOON = 14  # days before a deadline from which it is urgent
LAST_PARTS = re.compile(r"(?<=\w{4})(ausbildung|budget|förderung|mittel|programm|qualifizierung|vorbereitung)")
UNKNOWN_AMOUNT = "nicht bekannt"  # imported contracts name no amount per project


# ---- money ----


@register.filter
def euro(amount: Decimal | None) -> str:
    """`1.356.400,00 €` as plain text."""
    return UNKNOWN_AMOUNT if amount is None else f"{format_euro(amount)}{NBSP}€"


@register.filter
def amount(value: Decimal | None, form: str = "") -> SafeString:
    """The amount for tables and cards: cents quieter.

    `form`: "plain" without €, "signed" with + before a gain, "whole" without € and without cents where there are none,
    "cell" is "plain" for numeric cells, which already look like it, "bare" without € and as mere text: both for tables
    of many hundred amounts. Several words may be joined.
    """
    if value is None:
        return format_html('<span class="aqb-count">{}</span>', UNKNOWN_AMOUNT)
    words = set(form.split())
    whole, cents = format_euro(value).split(",")
    sign = "+" if "signed" in words and value > 0 else ""
    idle = "whole" in words and cents == "00"
    if "bare" in words:
        return format_html("{}{}", sign, whole if idle else f"{whole},{cents}")
    if "cell" in words:
        return format_html("{}{}<small>,{}</small>", sign, whole, cents)
    if idle:
        return format_html('<span class="aqb-amount">{}{}</span>', sign, whole)
    unit = "" if {"plain", "whole"} & words else f"{NBSP}€"
    return format_html(
        '<span class="aqb-amount">{}{}<span class="aqb-cents">,{}{}</span></span>', sign, whole, cents, unit
    )


@register.filter
def percent(part: Decimal, total: Decimal) -> str:
    """`94 %` of the total, rounded down: 100 % is said only when nothing is left."""
    return f"{int(part * 100 / total) if total else 0}{NBSP}%"


# ---- dates and numbers ----


@register.filter
def figure(value: Decimal | int | str) -> str:
    """`1.234,5`: a figure of any kind with all its places, without idle zeros."""
    text = f"{Decimal(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


@register.filter
def date_short(day: date | datetime | None) -> str:
    """`31.03.2027`, for tables; nothing for no date."""
    return screens.german_date(day) if day else ""


@register.filter
def date_long(day: date | datetime | None) -> str:
    """`31. März 2027`, for running text; nothing for no date."""
    if not day:
        return ""
    local = timezone.localdate(day) if isinstance(day, datetime) else day
    return date_format(local, f"j.{NBSP}F Y")


@register.filter
def moment(at: datetime | None) -> str:
    """`31.03.2027, 10:42 Uhr`; nothing for no moment."""
    return date_format(timezone.localtime(at), f"d.m.Y, H:i{NBSP}\\U\\h\\r") if at else ""


@register.filter
def count(number: int, forms: str) -> str:
    """`1 Projekt`, `9 Projekte`: {{ number|count:"Projekt,Projekte" }}."""
    one, many = forms.split(",")
    return f"{number:,}".replace(",", ".") + NBSP + (one if number == 1 else many)


@register.filter
def days_left(day: date) -> str:
    """Distance to a deadline: `noch 7 Tage`, `heute`, `seit 3 Tagen überschritten`."""
    days = (day - clock.today()).days
    if days == 0:
        return "heute"
    return f"noch {count(days, 'Tag,Tage')}" if days > 0 else f"seit {count(-days, 'Tag,Tagen')} überschritten"


@register.filter
def urgency(day: date) -> str:
    """Tone of the badge for a deadline: neutral while there are more than two weeks, then a warning, danger when missed."""
    days = (day - clock.today()).days
    return "danger" if days < 0 else "warning" if days <= SOON else "neutral"


@register.filter
def today_or_day(at: datetime) -> str:
    """`heute, 06:00 Uhr`, else the day: when something was told."""
    if timezone.localdate(at) != clock.today():
        return screens.german_date(at)
    return "heute, " + date_format(timezone.localtime(at), f"H:i{NBSP}\\U\\h\\r")


@register.filter
def days_since(at: date | datetime) -> int:
    """Whole days that have passed since a day or moment."""
    day = timezone.localdate(at) if isinstance(at, datetime) else at
    return (clock.today() - day).days


@register.filter
def file_size(size: int) -> str:
    """`148 kB`, `2,4 MB`: sizes as people compare them, a thousand bytes to the kilobyte."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}kB"
    return f"{size / 1_000_000:.1f}".replace(".", ",") + f"{NBSP}MB"


@register.filter
def breakable(title: str) -> str:
    """A long German compound may break before its last part: "Teilzeit\u00adausbildung" in a narrow column."""
    return LAST_PARTS.sub("\u00ad\\1", title)


# ---- people ----


@register.filter
def organisation(user: Any) -> str:
    """For whom a person works: the district by name, else the role; operators have none."""
    if user.district_id:
        return str(user.district.name)
    return user.get_role_display() if user.role else "Betrieb"


# ---- parts of a page ----


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Django's tag of this name, and beside its token the one by which a form does its work once (`aqb.once`)."""
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":  # noqa: S105 - Django's word for none
        return SafeString()
    hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    return format_html('{}<input type="hidden" name="{}" value="{}">', hidden, once.FIELD, once.new_token())


@register.simple_tag
def started(form: Any) -> SafeString:
    """What a form or formset started from, where it is written without `crispy`; nothing where it keeps no start."""
    return getattr(form, "started", SafeString())


@register.simple_tag
def icon(name: str, size: str = "small") -> SafeString:
    """One of KERN's icons, hidden from readers: words stand beside it. Sizes: small, default, large."""
    return format_html('<span class="kern-icon kern-icon--{} kern-icon--{}" aria-hidden="true"></span>', name, size)


@register.inclusion_tag("components/badge.html")
def badge(label: str, tone: str = "neutral", icon: str = "") -> dict[str, Badge]:
    """A state as badge. Tones: neutral, info, success, warning, danger; each but neutral brings its icon."""
    return {"badge": Badge(label, tone, icon or ICON_OF_TONE.get(tone, ""))}


@register.inclusion_tag("components/badge.html")
def status_badge(version: Any) -> dict[str, Badge]:
    """The status of a version as badge; a draft that came back says "Zurückgegeben"."""
    return {"badge": STATUS[screens.status_of(version)]}


@register.inclusion_tag("components/badge.html")
def status_name(status: str) -> dict[str, Badge]:
    """A status as badge where there is no version at hand, such as in a legend. Keys: aqb.screens.STATUS."""
    return {"badge": STATUS[status]}


@register.inclusion_tag("components/path.html")
def path(version: Any) -> dict[str, Any]:
    """The six steps of a version's life, with the one it stands at."""
    return {"steps": screens.path_of(version)}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """{% breadcrumb "Zielvereinbarungen" list_url "AQB 2027" %}: label and address in turn, last the page itself.

    "Übersicht" stands first on every page and is not named.
    """
    *links, here = parts
    return {"links": list(zip(links[::2], links[1::2], strict=True)), "here": here}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: "BaseForm | BaseFormSet[Any]", note: str = "") -> dict[str, Any]:
    """What is wrong in the forms, as links to the fields; nothing when nothing is. `note` says what is saved."""
    return {"errors": list(screens.error_lines(forms)), "note": note}


@register.inclusion_tag("components/error_summary.html")
def error_lines(lines: "list[screens.ErrorLine]") -> dict[str, Any]:
    """The same for a page that knows its lines without a form."""
    return {"errors": lines, "note": ""}


@register.inclusion_tag("components/task.html")
def task(task: Task, number: int) -> dict[str, Any]:
    """One numbered row of a task list; see aqb.screens.Task."""
    return {"task": task, "number": number}


@register.inclusion_tag("components/check.html")
def check(check: Check) -> dict[str, Check]:
    """One row of a checklist; see aqb.screens.Check."""
    return {"check": check}
