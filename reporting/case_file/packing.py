"""Put everything about an agreement into a bag, and the bag into a zip file: on disk, never as a whole in memory."""

import errno
import json
import logging
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone

from agreements.models import Agreement, Document, Download
from aqb import clock
from aqb.access import Refused, Role, require
from aqb.exports import Cell, write_csv
from aqb.models import Ministry, User
from reporting.case_file import history, links, papers, read_me, tables
from reporting.case_file.papers import Lacking

logger = logging.getLogger(__name__)

BAGGING = Path(__file__).with_name("bagging.py")
LINK = ("Nummer", "Gebildet am", "Prüfwert davor", "Prüfwert", "Einträge")
SECONDS = 600  # for the checksums of one case; a hanging disk must not hold a worker for ever
NO_SPACE = "Für die Fallakte ist auf dem Server gerade kein Platz. Bitte wenden Sie sich an den Betrieb der Anwendung."
# Reads for a case file that a command makes for nobody in particular.
ANY_AUDITOR = User(role=Role.AUDITOR)


@dataclass(frozen=True)
class Packed:
    """What came about: name of the zip file, number of documents in it, and those that the store did not have."""

    name: str
    documents: int
    lacking: list[Lacking]


def pack(*, agreement: Agreement, by: User | None, target: IO[bytes]) -> Packed:
    """Write the case file of an agreement into `target`; each document in it counts as fetched by `by`.

    `by` is None only for a command that somebody on the server runs. What lies around it on disk is removed in any case.
    Refuses: whoever may not `case_file.fetch`, a store that does not answer, a full disk.
    """
    if by is not None:
        require(by, "case_file.fetch")
    try:
        with _one_view(), tempfile.TemporaryDirectory(prefix="aqb-fallakte-") as folder:
            packed = _pack(agreement, by, Path(folder), target)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refused(NO_SPACE, status=503) from error
    logger.info("Case file of agreement %s with %s documents", agreement.pk, packed.documents)
    return packed


@contextmanager
def _one_view() -> Iterator[None]:
    """Everything inside sees the database at one moment, unless a transaction around it has already begun to look."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _pack(agreement: Agreement, by: User | None, folder: Path, target: IO[bytes]) -> Packed:
    at, name = clock.now(), f"fallakte-{agreement.budget_year.year}-{agreement.district.ags}"
    root = folder / name
    root.mkdir()
    documents = list(Document.objects.filter(agreement=agreement).order_by("pk"))
    files, lacking = papers.copy(documents, root)
    papers.write_reports(agreement, files, root)
    snapshots = papers.write_snapshots(agreement, root)
    told = history.of(agreement, by or ANY_AUDITOR)
    _write_tables(agreement, told, files, root)
    (root / "verlauf.pdf").write_bytes(history.paper(agreement, told, at=at, made_for=str(by or "")))
    text = read_me.text(agreement, at=at, by=by, history=told, files=len(files), snapshots=snapshots, lacking=lacking)
    (root / "LIESMICH.txt").write_text(text, encoding="utf-8", newline="\r\n")
    _bag(root, _facts(agreement, at, by, len(files), lacking))
    _zip(root, target)
    if by is not None:
        Download.objects.bulk_create(Download(document_id=pk, user=by, at=at) for pk in files)
    return Packed(f"{name}{'-unvollstaendig' if lacking else ''}.zip", len(files), lacking)


def _write_tables(agreement: Agreement, told: history.History, files: dict[int, str], root: Path) -> None:
    folder = root / "tabellen"
    folder.mkdir()
    (folder / "verlauf.csv").write_bytes(told.table())
    chain: list[list[Cell]] = [
        [one.number, one.made_at, one.previous, one.digest, one.rows] for one in links.heads(told.links)
    ]
    with (folder / "kettenglieder.csv").open("w", encoding="utf-8", newline="") as out:
        write_csv(out, LINK, chain)
    for table in tables.tables(files):
        with (folder / table.file_name).open("w", encoding="utf-8", newline="") as out:
            write_csv(out, table.columns(), table.cells(agreement))


def _facts(agreement: Agreement, at: datetime, by: User | None, files: int, lacking: list[Lacking]) -> dict[str, str]:
    """What the bag says about itself, in the names that RFC 8493 gives."""
    year, district = agreement.budget_year.year, agreement.district
    ministry = Ministry.objects.valid_on(timezone.localdate(at)).first()
    facts = {
        "Source-Organization": ministry.name if ministry else "Land Hessen",
        "Contact-Name": str(by or ""),
        "External-Description": f"Fallakte der Zielvereinbarung {year} mit {district.dative}",
        "External-Identifier": f"AQB-{year}-{district.ags}",
        "Internal-Sender-Identifier": agreement.reference,
        "Internal-Sender-Description": f"{files} Dokumente, Stand {timezone.localtime(at):%d.%m.%Y, %H:%M Uhr}",
        "Bag-Group-Identifier": f"AQB {year}",
        "Bagging-Date": f"{timezone.localdate(at):%Y-%m-%d}",
        "Fehlende-Dateien": str(len(lacking)) if lacking else "",
    }
    return {name: " ".join(value.split()) for name, value in facts.items() if value}


def _bag(root: Path, facts: dict[str, str]) -> None:
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", str(BAGGING), str(root)],
        input=json.dumps(facts), encoding="utf-8", check=True, timeout=SECONDS,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def _zip(root: Path, target: IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(root.rglob("*")):
            if file.is_file():  # a PDF is compressed within; trying it again takes longer than all the rest
                how = zipfile.ZIP_STORED if file.suffix == ".pdf" else zipfile.ZIP_DEFLATED
                archive.write(file, file.relative_to(root.parent), how)
