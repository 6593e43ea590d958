"""What may not come in with a PDF: everything that acts, loads, plays or carries programs."""

from typing import Any

import pikepdf


def search(pdf: pikepdf.Pdf) -> bool:
    """Whether the file carries electronic signatures; raises Unacceptable for the first thing that may not come in."""
    return any("/ByteRange" in one for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
