"""What tests of the back office share: addresses, signed-in people, and a form as a browser would send it."""

import re
from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from aqb.models import User


def address(model: type[Model] | Model, page: str, *args: Any) -> str:
    """`changelist` and `add` of a table, `change`, `delete` and `history` of a row."""
    if isinstance(model, Model):
        args = (model.pk, *args)
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(response: Any, **changes: Any) -> dict[str, Any]:
    """Everything that the shown form would send, with `changes`; names of rows as in the page: `lines-0-amount`."""
    forms = [response.context["adminform"].form]
    data: dict[str, Any] = dict(re.findall(r'name="(started)" value="([^"]+)"', str(forms[0].started)))
    for shown in response.context["inline_admin_formsets"]:
        forms += [shown.formset.management_form, *shown.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            data[bound.html_name] = "on" if value is True else value
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def rows(prefix: str, *rows: dict[str, object], initial: int = 0) -> dict[str, object]:
    """Rows inside a form as a browser would send them; the first `initial` ones are stored already."""
    data: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def sentences(response: Any) -> str:
    """What stands above the form and at its fields."""
    return " ".join(str(error) for error in response.context["errors"])


def world() -> None:
    """At least one row in every table, and versions in several states."""
    from datetime import date

    from agreements.models import Agreement, Document, Download, SteeringDialogue
    from aqb import archive, clock
    from aqb.access import Role
    from aqb.models import HistoryLink
    from tests import factories as make

    vintage = make.budget_year()
    line = make.line(vintage)
    for status in ("draft", "issued", "published"):
        district = make.district()
        make.allocation(line, district)
        version = make.version(make.agreement(vintage, district), status, entries=1)
        if status == "draft":
            make.signatory(version)
            make.remark(version)
            make.submission(version)
            make.strategy(district)
        if status == "issued":
            make.evidence(version, batch=make.scan_batch())
    make.indicators(vintage)
    make.scenario(line)
    make.distribution(line)
    make.target_group()
    make.wording(vintage, released=False)
    archive.check()
    link = HistoryLink.objects.create(number=1, made_at=clock.now(), digest="a" * 64, rows=0)
    link.parts.create(table="aqb_userevent", columns=[], after=0, upto=3, rows=0, leaves=b"", digest="a" * 64)
    make.mail()
    make.deputy()
    make.invitation()
    make.page_text()
    make.barrier()
    document = Document.objects.all()[0]
    Download.objects.create(document=document, user=make.person(Role.AUDITOR), at=document.created_at)
    SteeringDialogue.objects.create(agreement=Agreement.objects.all()[0], held_on=date(2026, 5, 1))
