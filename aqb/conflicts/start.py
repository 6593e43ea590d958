"""What a form started from: small and signed, of each field only a mark by which its value is known again."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest

FIELD = "started"  # name of the hidden input, after the form's prefix
ONCE = "sent_once"  # that of the token by which a form does its work once (`aqb.once`)
SALT = "aqb.conflicts"
MARK = 6  # bytes: two values of a field are taken for one in 1 of 280 million million cases


@dataclass(frozen=True)
class Start:
    """What a page showed: when, of which row, and the mark of each value; of a formset by the key of each row.

    `undecided` names the fields that the page of a conflict asks about. `labels` are those that no model field has.
    """

    at: datetime
    row: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    def sealed(self) -> str:
        """As it stands in the page."""
        facts = {
            "a": int(self.at.timestamp()), "r": self.row, "m": self.marks, "s": self.rows, "u": sorted(self.undecided),
            "l": self.labels,
        }  # fmt: skip
        return signing.dumps({key: value for key, value in facts.items() if value}, salt=SALT, compress=True)


def opened(sealed: str) -> Start | None:
    """What a page has sent back; None where nothing came, or not what we had given out."""
    try:
        facts = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    return Start(
        at=datetime.fromtimestamp(facts["a"], UTC), row=facts.get("r", ""), marks=facts.get("m", {}),
        rows=facts.get("s", {}), undecided=frozenset(facts.get("u", ())), labels=facts.get("l", {}),
    )  # fmt: skip


def name_of(row: Model) -> str:
    """`projects.projectentry:17`"""
    return f"{row._meta.label_lower}:{row.pk}"


def plain(value: Any) -> str:
    """A value as text, the same whether it is typed or stored: no difference in line ends, spaces around, or order."""
    if value is None or value is False:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return "\n".join(sorted(plain(one) for one in value))
    return str(value).replace("\r\n", "\n").strip()


def mark(value: Any) -> str:
    """Eight letters that stand for a value; a long text takes no more room than a number."""
    return urlsafe_b64encode(hashlib.sha256(plain(value).encode()).digest()[:MARK]).decode()


def hold(request: HttpRequest, rows: QuerySet[Any]) -> None:
    """Where something is sent, lock the rows until the request ends: others who hold them wait, and then see what was saved.

    Views call it before they read what their form is about, with the rows that the action locks.
    """
    if request.method == "POST":
        _locked(rows)


def _locked(rows: QuerySet[Any]) -> Iterable[Any]:
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
