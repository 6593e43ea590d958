"""Forms of a page as a browser would send them, with their hidden inputs."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from aqb.conflicts.start import ONCE


class _Forms(HTMLParser):
    """Every form of a page: its address, and the names and values that it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, Any]]] = []
        self._inside: dict[str, Any] | None = None
        self._text: str = ""  # name of the text area that is being read
        self._choice: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        name, value = of.get("name") or "", of.get("value") or ""
        if tag == "form":
            self._inside = {}
            self.forms.append((of.get("action") or "", self._inside))
        elif self._inside is None or not (name or tag == "option"):
            return
        elif tag == "input":
            self._add_input(of, name, value)
        elif tag == "textarea":
            self._text, self._inside[name] = name, ""
        elif tag == "select":
            self._choice = name
        elif tag == "option" and "selected" in of and self._choice:
            self._inside[self._choice] = value

    def _add_input(self, of: dict[str, str | None], name: str, value: str) -> None:
        assert self._inside is not None
        if of.get("type") not in ("checkbox", "radio"):
            if of.get("type") not in ("submit", "file"):
                self._inside[name] = value
        elif "checked" in of:
            kept = self._inside.get(name)
            several = of.get("type") == "checkbox" and kept is not None
            earlier = kept if isinstance(kept, list) else [kept]
            self._inside[name] = [*earlier, value] if several else value or "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._inside is not None:
            self._inside[self._text] += data if self._inside[self._text] else data.removeprefix("\n")


def form_of(page: Any, field: str = ONCE, to: str | None = None) -> dict[str, Any]:
    """What the first form with this field would send as it stands; `to`: only forms with this address, "" the page's own."""
    reader = _Forms()
    reader.feed(page.text)
    found = [data for action, data in reader.forms if field in data and to in (None, action)]
    assert found, f"the page has no form with {field}"
    return found[0]


def started(page: Any, field: str) -> dict[str, str]:
    """The hidden inputs that say what the form with this field started from."""
    return {name: value for name, value in form_of(page, field).items() if name.endswith("started")}


def send(client: Client, url: str, **changes: Any) -> Any:
    """The form of a page with some changes, as somebody sends it who has just opened it."""
    return client.post(url, form_of(client.get(url), next(iter(changes))) | changes)


def fill_in(client: Client, url: str, data: dict[str, Any], page: str = "") -> Any:
    """A form with exactly these values, sent by somebody who has just opened the page that it stands on."""
    return client.post(url, data | started(client.get(page or url), next(iter(data))))
