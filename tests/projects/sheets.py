"""Tables of projects as a person has them: rows by column title, brought by the page, and what came of them."""

import csv
from io import BytesIO, StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from agreements.views.fetching import address
from aqb import tables
from aqb.tables import Format, Record
from projects.models import TableImport
from projects.table.columns import columns
from projects.table.known import known
from projects.table.reading import understood


def page(name: str, version: AgreementVersion, **more: Any) -> str:
    return reverse(name, kwargs={**address(version), **more})


def sheet(*rows: dict[str, str]) -> bytes:
    """A csv with the columns that these rows name."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    target = StringIO()
    writer = csv.DictWriter(target, titles, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def brought(portal: Client, version: AgreementVersion, content: bytes, name: str = "projekte.csv") -> Any:
    """The answer to a file on the page."""
    return portal.post(page("table_read", version), {"file": SimpleUploadedFile(name, content)})


def read(portal: Client, version: AgreementVersion, *rows: dict[str, str]) -> TableImport:
    """The table that these rows became, as it waits for its person."""
    response = brought(portal, version, sheet(*rows))
    assert response.status_code == 302, response.content.decode()
    return TableImport.objects.get(version=version)


def told(kept: TableImport) -> list[tuple[int, str, list[str]]]:
    """Row, what becomes of it, and its faults and changes in words."""
    return [
        (
            row["number"], row["what"],
            [f"{one['letter']} {one['title']} „{one['shown']}“: {one['sentence']}".strip() for one in row["faults"]]
            + [f"{one['title']}: {one['old']} -> {one['new']}" for one in row["changes"]],
        )
        for row in kept.rows or []
    ]  # fmt: skip


def take(portal: Client, kept: TableImport) -> Any:
    """The answer to the button that takes the table over."""
    return portal.post(page("table_take", kept.version), {"table": kept.pk}, follow=True)


def exported(version: AgreementVersion, format: Format) -> bytes:  # noqa: A002
    state = known(version)
    target = BytesIO()
    tables.write(target, format, columns(state), state.rows(), title="Projekte", sheet="Projekte")
    return target.getvalue()


def records(version: AgreementVersion, content: bytes, name: str) -> list[Record]:
    return understood(tables.read(content, name=name, wanted="Projekte"), known(version))
