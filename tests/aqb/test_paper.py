"""How the paper reads and breaks: every state, long names, and signatures that stay together."""

import re
from pathlib import Path

import pytest

from aqb import paper
from tests.aqb.papers import STATES, opened, paragraph, section, snapshot, text_of, words


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {state: paper.render(snapshot(state)) for state in STATES}


def test_draft_says_so_on_every_page_and_has_no_number(papers: dict[str, bytes], tmp_path: Path) -> None:
    with opened(papers["draft"]) as pdf:
        pages = len(pdf.pages)
    for number in range(1, pages + 1):
        text = text_of(papers["draft"], tmp_path, "-f", str(number), "-l", str(number))
        assert "Entwurf\n" in text
        assert "Entwurf – nicht zur Unterschrift" in text
        assert f"Seite {number} von {pages}" in text
        assert "ZV-2023" not in text


def test_issued_paper_bears_number_address_and_empty_signature_lines(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["issued"], tmp_path, "-raw"))

    assert "ZV-2023-06438-0 Echtheit prüfen: aqb.example/d/ZV-2023-06438-0" in text
    assert "Entwurf" not in text
    assert "gez." not in text
    assert "Wiesbaden, den Kai Klose Staatsminister" in text


def test_fair_copy_reads_party_by_party_with_dates_as_given(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["signed"], tmp_path, "-raw"))

    assert "Wiesbaden, den 8.8.23 gez. Kai Klose Staatsminister" in text
    assert "Dietzenbach, den 6. September 2023 elektronisch unterzeichnet Carsten Müller Kreisbeigeordneter" in text


@pytest.mark.parametrize(
    ("seal", "foot", "sentence"),
    [
        ("official", "Reinschrift mit Organisationssiegel",
         "trägt das Organisationssiegel des Hessischen Ministeriums für Soziales und Integration."),
        ("test", "Reinschrift mit Testsiegel ohne rechtliche Wirkung", "trägt ein Testsiegel ohne rechtliche Wirkung."),
        ("none", "Reinschrift ohne Siegel", "trägt kein Siegel."),
    ],
)  # fmt: skip
def test_fair_copy_says_on_every_page_how_it_is_sealed(seal: str, foot: str, sentence: str, tmp_path: Path) -> None:
    data = paper.render(snapshot("signed", seal=seal))

    with opened(data) as pdf:
        pages = range(1, len(pdf.pages) + 1)
    texts = [words(text_of(data, tmp_path, "-raw", "-f", str(number), "-l", str(number))) for number in pages]
    assert all(foot in text for text in texts)
    assert f"Diese Reinschrift {sentence}" in texts[-1]


def test_seal_of_a_ministry_without_genitive_is_named_all_the_same(tmp_path: Path) -> None:
    made = snapshot("signed", seal="official")
    del made["ministry"]["genitive"]

    text = words(text_of(paper.render(made), tmp_path, "-raw"))

    assert "das Organisationssiegel von: Hessisches Ministerium für Soziales und Integration." in text


@pytest.mark.parametrize("state", ["draft", "issued"])
def test_only_a_fair_copy_speaks_of_seals(state: str, papers: dict[str, bytes], tmp_path: Path) -> None:
    assert "iegel" not in text_of(papers[state], tmp_path)


def test_text_stands_in_the_order_of_the_contract(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["issued"], tmp_path))

    expected = (
        "Zielvereinbarung 2023 zwischen dem Hessischen Ministerium für Soziales und Integration und "
        "dem Landkreis Offenbach zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets Präambel"
    )
    assert expected in text
    assert "Bereit stehen 1.356.400 Euro" in text
    assert re.search(r"1\. Ausbildungsvorbereitung – Joblinge 2\. Weiterbildung – BASS 2023", text)
    assert "3. drei" in text


def test_blank_label_leaves_no_line(tmp_path: Path) -> None:
    made = snapshot()
    for one in made["signing"]:
        one["label"] = ""

    assert "Für das Land" not in text_of(paper.render(made), tmp_path)


def test_two_people_sign_below_each_other(tmp_path: Path) -> None:
    made = snapshot("signed")
    second = {**made["signing"][1]["people"][0], "name": "Erika Muster", "office": "Landrätin"}
    made["signing"][1]["people"].append(second)

    text = words(text_of(paper.render(made), tmp_path, "-raw"))

    assert text.index("Carsten Müller") < text.index("Erika Muster")
    assert (text.count("gez."), text.count("elektronisch unterzeichnet")) == (1, 2)


@pytest.mark.parametrize("filler", range(0, 40, 3))
def test_signatures_stay_together_and_never_stand_alone(filler: int, tmp_path: Path) -> None:
    made = snapshot()
    made["sections"].append(section(5, "Schluss", *[paragraph("Ein Satz, der Platz braucht. " * 4)] * filler))
    made["sections"].append(section(6, "Ende", paragraph("Der letzte Satz vor den Unterschriften.")))
    data = paper.render(made)
    with opened(data) as pdf:
        last = text_of(data, tmp_path, "-f", str(len(pdf.pages)), "-l", str(len(pdf.pages)))

    assert all(part in last for part in ("Für das Land Hessen", "Kai Klose", "Carsten Müller", "Der letzte Satz"))


def test_amendment_prints_what_changes(tmp_path: Path) -> None:
    made = snapshot(
        kind="amendment", title="1. Änderungsvereinbarung", subtitle="zur Zielvereinbarung 2023 vom 6. September 2023",
        changes=[{"text": "Das Projekt „Rückenwind“ (Ausbildungsvorbereitung) entfällt."}],
    )  # fmt: skip

    text = words(text_of(paper.render(made), tmp_path))

    assert text.startswith("1. Änderungsvereinbarung zur Zielvereinbarung 2023 vom 6. September 2023 zwischen")
    assert "– Das Projekt „Rückenwind“ (Ausbildungsvorbereitung) entfällt." in text


@pytest.mark.parametrize("name", ["W" * 300, "Donaudampfschifffahrtsgesellschaft" * 9, "kurz lang " * 30])
def test_name_of_300_characters_stays_on_the_page(name: str, tmp_path: Path) -> None:
    made = snapshot("signed")
    made["district"] = {"name": name, "dative": name}
    made["sections"][1]["heading"] = [name]
    made["categories"][0]["title"] = name
    made["categories"][0]["projects"][0]["title"] = name
    for one in made["signing"]:
        one["people"][0] |= {"name": name, "office": name, "body": name}

    boxes = re.findall(
        r'xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.]+)"', text_of(paper.render(made), tmp_path, "-bbox")
    )

    assert boxes
    assert min(float(left) for left, _ in boxes) >= 70  # margins of 30 mm, less than an em beside them
    assert max(float(right) for _, right in boxes) <= 525


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("dem Landkreis Offenbach", ["dem Landkreis Offenbach"]),
        ("zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets",
         ["zur Umsetzung des hessischen", "Ausbildungs- und Qualifizierungsbudgets"]),
        ("x" * 60, ["x" * 60]),
    ],
)  # fmt: skip
def test_centred_line_is_balanced(text: str, lines: list[str]) -> None:
    assert paper.balanced(text) == lines
