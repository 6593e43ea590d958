"""Takes the pictures of the main pages anew, from the running demo: `.venv/bin/python docs/pictures/take.py [address]`.

Each is one screen, not the whole page: what a person sees first. Colours are reduced, so that a picture stays below 100 kB.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

PASSWORD = "aqb-demo-2026"  # noqa: S105 - printed by the demo
DISTRICT = "sabine.kroeger@kreis-offenbach.example"
IN_DRAFT = "murat.aydin@main-kinzig.example"
MINISTRY = "jana.reinhardt@hmsi.example"
LEAD = "tobias.heinemann@hmsi.example"
AGREEMENT = "/vereinbarungen/2026/06438/0/"
# Name of the picture, who looks, where they go: an address, then links they follow.
PICTURES = [
    ("uebersicht-kreis", DISTRICT, ["/"], {}),
    ("zielvereinbarung", DISTRICT, [AGREEMENT], {}),
    ("projekt", DISTRICT, [AGREEMENT, "Chance Handwerk"], {}),
    ("uebernehmen", IN_DRAFT, [AGREEMENT.replace("06438", "06435"), "Aus dem Vorjahr übernehmen"], {}),
    ("uebersicht-telefon", DISTRICT, ["/"], {"phone": True, "dark": True}),
    ("jahrgang", MINISTRY, ["/jahrgaenge/2026/"], {}),
    ("zuweisungen", MINISTRY, ["/jahrgaenge/2026/zuweisungen/"], {"dark": True}),
    ("vertragstext", MINISTRY, ["/vertragstexte/", "Vertragstext 2026, 2. Fassung"], {}),
    ("pruefung", LEAD, ["/", "Prüfen", "Projekte prüfen"], {}),
    ("suche", LEAD, ["/suche/?q=Pflege"], {}),
    ("verlauf", LEAD, [f"{AGREEMENT.removesuffix('0/')}verlauf/"], {}),
]


def main(address: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, person, way, look in PICTURES:
            size: ViewportSize = {"width": 390, "height": 844} if look.get("phone") else {"width": 1280, "height": 900}
            context = chromium.new_context(
                base_url=address, locale="de-DE", viewport=size, color_scheme="dark" if look.get("dark") else "light"
            )
            page = context.new_page()
            sign_in(page, person)
            for step in way:
                page.goto(step) if step.startswith("/") else page.get_by_role("link", name=step).first.click()
                page.wait_for_load_state("networkidle")
            write(page.screenshot(), Path(__file__).parent / f"{name}.png")
            context.close()
        chromium.close()


def sign_in(page: Page, person: str) -> None:
    page.goto("/konto/login/")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_text("Guten Tag").first.wait_for()
    later = page.get_by_role("link", name="Später").or_(page.get_by_role("button", name="Später"))
    if later.count():
        later.first.click()
        page.wait_for_load_state("networkidle")


def write(picture: bytes, place: Path) -> None:
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(place, optimize=True)
    print(place.name, place.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "http://127.0.0.1:8000")
