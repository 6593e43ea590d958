"""What tests of drafts share: a small form, and how the script of a page sends what is typed."""

import re
from typing import Any

from django.test import Client

NOTE = "Ihr Entwurf steht wieder in den Feldern"
WRITTEN = {"title": "Strategie <Süd>", "valid_from_day": "31", "valid_from_month": "13", "valid_from_year": ""}


def window_of(client: Client, page: str) -> dict[str, str]:
    """What a window knows of its draft, when it has opened the page."""
    shown = client.get(page).content.decode()
    found = re.search(r'name="entwurf" value="([^"]+)".*?name="entwurf_nach" value="([^"]*)"', shown, re.DOTALL)
    assert found, "the page keeps no drafts"
    return {"entwurf": found[1], "entwurf_nach": found[2]}


def write(client: Client, page: str, window: dict[str, str] | None = None, /, **values: Any) -> Any:
    """What the page's script sends while somebody types."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    return client.post(page, {**(window or {}), **(values or WRITTEN), "then": "entwurf"}, headers=headers)


def stands_again(shown: str) -> bool:
    """Whether WRITTEN stands in the fields, also what is wrong in it."""
    return 'value="Strategie &lt;Süd&gt;"' in shown and bool(
        re.search(r'name="valid_from_month"[^>]*value="13"', shown)
    )
