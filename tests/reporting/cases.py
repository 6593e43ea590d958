"""A case with everything in it, and the bag that comes out of its archive."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from agreements.models import AgreementVersion, Download
from aqb.access import Role
from aqb.models import User
from reporting.case_file import packing
from tests import factories as make


def issued() -> AgreementVersion:
    """A version with evidence of both kinds, signatures, a remark that looks like a formula, and a download."""
    row = make.version(make.agreement(reference="AZ 4711"), "issued", entries=2)
    proof = make.evidence(row, "district", content=b"%PDF-1.7 scan of the district")
    make.evidence(row, form="electronic", content=b"%PDF-1.7 electronic")
    make.signature(row, "district", evidence=proof.document)
    make.signature(row, "land")
    make.remark(row, text="=1+1 ist keine Formel, sondern eine Anmerkung")
    Download.objects.create(document=proof.document, user=make.person(Role.MINISTRY), at=make.START)
    return row


def packed(version: AgreementVersion, by: User | None = None) -> tuple[packing.Packed, bytes]:
    target = io.BytesIO()
    found = packing.pack(agreement=version.agreement, by=by, target=target)
    return found, target.getvalue()


def unpacked(content: bytes, folder: Path) -> Path:
    """The bag that comes out of the zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (bag,) = [one for one in folder.iterdir() if one.is_dir() and one.name.startswith("fallakte-")]
    return bag


def validated(bag: Path) -> "subprocess.CompletedProcess[str]":
    """What the library's own command says."""
    command = [sys.executable, "-m", "bagit", "--validate", str(bag)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def table(bag: Path, name: str) -> list[dict[str, str]]:
    with (bag / "data" / "tabellen" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def all_files(bag: Path) -> set[str]:
    return {str(one.relative_to(bag / "data")) for one in (bag / "data").rglob("*") if one.is_file()}
