"""A paper to seal, the keys to seal it with, and the tools that look at the result."""

import io
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from django.test import override_settings

from aqb import paper
from aqb.seal import keys
from tests import pki
from tests.aqb.papers import paragraph, section, snapshot


@cache
def fair_copy(seal: str = "official", pages: int = 2) -> bytes:
    """A fair copy of two pages, or of many."""
    made = snapshot("signed", seal=seal)
    if pages == 1:
        made["sections"] = made["sections"][:1]
    elif pages > 2:
        made["sections"].append(section(5, "Schluss", *[paragraph("Ein Satz, der Platz braucht. " * 20)] * 7 * pages))
    return paper.render(made)


def official(folder: Path, name: str = "seal", **changed: Any) -> override_settings:
    """Settings with the key of this name in a PKCS#12 file; no time stamps, no questions about certificates."""
    content, word = pki.p12(name)
    file = folder / f"{name}.p12"
    file.write_bytes(content)
    return configured(**{"SEAL_P12": str(file), "SEAL_PASSPHRASE": word, "SEAL_REVOCATION": False, **changed})


def configured(**changed: Any) -> override_settings:
    """Settings of a seal, with no key left open from another test."""
    keys.forget()
    return override_settings(**changed)


def pdfsig(content: bytes, folder: Path) -> str:
    """What poppler says about the signatures, without asking who vouches for the certificates."""
    file = folder / "sealed.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))
