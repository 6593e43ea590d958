"""The press: only the project's own fonts, and any text of people as data."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from aqb import paper, press
from tests.aqb.papers import STATES, findings, opened, snapshot, text_of, words


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.css",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        (Path(settings.BASE_DIR) / "pyproject.toml").as_uri(),
        (press.FIRA / "../../../package.json").as_uri(),
        "data:text/css,body{}",
        "ftp://example.org/",
    ],
)
def test_press_refuses_every_other_address(address: str) -> None:
    with pytest.raises(press.Loading, match="nicht laden"):
        press.OwnFilesOnly().fetch(address)


@pytest.mark.parametrize(
    "tag", ['<img src="https://example.org/a.png" alt="a">', '<link rel="stylesheet" href="file:///etc/passwd">']
)
def test_template_that_loads_something_fails_instead_of_printing(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "render_to_string", lambda *_: f'<!doctype html><html lang="de"><title>x</title>{tag}')

    with pytest.raises(paper.PaperError, match="nicht laden"):
        paper.render(snapshot())


def test_missing_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "Fehlt.woff2"
    monkeypatch.setattr(press, "FONTS", frozenset({gone}))

    with pytest.raises(press.Loading, match=r"Die Schrift Fehlt\.woff2 fehlt"):
        press.OwnFilesOnly().fetch(gone.as_uri())


def test_stylesheet_names_exactly_the_fonts_of_the_press() -> None:
    named = re.findall(r'url\("\.\./([^"]+)"\)', press.STYLESHEET.read_text())

    assert {press.BASE / one for one in named} == press.FONTS


def test_printing_logs_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    for state in STATES:
        paper.render(snapshot(state))

    assert caplog.text == ""


@pytest.mark.parametrize(
    "name",
    [
        "Straße & Söhne „Weiß“ <b>fett</b>",
        "{{ settings.SECRET_KEY }} {% load x %}",
        "שלום עולם",
        "مرحبا بالعالم",
        "Team 😀 👩🏽‍🚀 🇩🇪 1️⃣",
        "Ω Ж ẞ ǆ",
    ],
)
def test_odd_name_is_printed_as_data(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = snapshot()
    made["categories"][0]["projects"][0]["title"] = name
    made["signing"][0]["people"][0]["name"] = name

    data = paper.render(made)

    assert "notdef" not in caplog.text
    assert findings(data, tmp_path).returncode == 0
    with opened(data) as pdf:
        assert json.loads(pdf.attachments["zielvereinbarung.json"].get_file().read_bytes()) == made
    if name.isascii():
        assert name in words(text_of(data, tmp_path))


def test_character_without_font_is_shown_as_replacement(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = snapshot()
    made["categories"][0]["projects"][0]["title"] = "vor 漢 \x07 \ue000 \u202e nach"

    data = paper.render(made)

    assert "vor \ufffd \ufffd \ufffd \ufffd nach" in text_of(data, tmp_path)
    assert "notdef" not in caplog.text


@given_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_any_text_comes_out_as_data_in_a_valid_file(text: str, tmp_path: Path) -> None:
    made = snapshot()
    made["title"] = made["purpose"] = text
    made["district"]["name"] = text
    made["categories"][0]["projects"][0]["title"] = text
    made["signing"][0]["people"][0]["name"] = text

    data = paper.render(made)

    assert findings(data, tmp_path).returncode == 0
    with opened(data) as pdf:
        assert json.loads(pdf.attachments["zielvereinbarung.json"].get_file().read_bytes()) == made
        assert not pdf.check_pdf_syntax()
