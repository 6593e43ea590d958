"""Looking at pages for barriers: axe and what axe does not ask, light and dark, on a desk, on a phone, enlarged and printed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, ViewportSize

from aqb.models import User
from tests.browser import served
from tests.browser.conftest import AXE, STANDARDS
from tests.browser.shown import Shown

CHECKS = Path(__file__).parent / "checks.js"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PAPER: ViewportSize = {"width": 680, "height": 970}  # A4 without its margins
TABLET: ViewportSize = {"width": 800, "height": 1100}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # what is left of 1280 x 1024 at 400 %
EVERYTHING = {"type": "tag", "values": STANDARDS}
TOUCH = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
LINES = """found => found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${rule.help} – ${node.html.slice(0, 160)}`))"""
RUN = f"""only => axe.run(document, {{runOnly: only, resultTypes: ["violations"]}}).then({LINES})"""
RUN_COLOURS = f"""looks => axe.run(
    {{include: looks.map(look => aqbChecks.examples.get(look))}},
    {{runOnly: {{type: "rule", values: ["color-contrast", "link-in-text-block"]}}, resultTypes: ["violations"]}},
).then({LINES})"""


class Walk:
    """One browser that looks at one page after the other and remembers what it found."""

    def __init__(self, page: Page, server: served.Pages) -> None:
        self.page, self.server = page, server
        self.found: list[str] = []
        self.looks: set[str] = set()
        self.titles: dict[tuple[str, str], Shown] = {}
        self.walked = 0

    def look(self, shown: Shown) -> None:
        """All rules once; colours again wherever they are others, and what depends on the width."""
        page = self.page
        page.set_viewport_size(DESK)
        page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
        page.goto(self.server.show(shown.html))
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        self._note(shown, "", page.evaluate(RUN, EVERYTHING) + page.evaluate("aqbChecks.wide()"))
        looks = page.evaluate("aqbChecks.looks()")
        page.set_viewport_size(PHONE)
        self._note(shown, "phone", page.evaluate(RUN, TOUCH) + page.evaluate("aqbChecks.phone()"))
        if unseen := [look for look in looks if look not in self.looks]:
            self._colours(shown, unseen)
            self.looks.update(unseen)
        page.set_viewport_size(ZOOMED)
        self._note(shown, "400 %", page.evaluate("aqbChecks.narrow()"))
        page.set_viewport_size(TABLET)
        self._note(shown, "tablet", page.evaluate("aqbChecks.narrow()"))
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
        self._note(shown, "paper", page.evaluate("aqbChecks.paper()"))
        self._title(shown, page.title())
        self.walked += 1

    def _colours(self, shown: Shown, looks: list[str]) -> None:
        """The other three of light and dark, phone and desk, for text that stands in a way not seen before."""
        page = self.page
        self._note(shown, "phone", page.evaluate(RUN_COLOURS, looks))
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._note(shown, "dark, phone", page.evaluate(RUN_COLOURS, looks))
        page.set_viewport_size(DESK)
        self._note(shown, "dark", page.evaluate(RUN_COLOURS, looks))

    def _note(self, shown: Shown, how: str, found: list[str]) -> None:
        self.found += [f"{shown}{f' ({how})' if how else ''}: {one}" for one in found]

    def _title(self, shown: Shown, title: str) -> None:
        """Nobody gets two pages of the same name, and each name says more than the application's."""
        if shown.status != 200:
            return
        other = self.titles.setdefault((shown.actor, title), shown)
        if shown.method == other.method == "GET" and _page(other) != _page(shown):
            self.found.append(f"{shown}: is called „{title}“ like {other.path}")
        if not title.partition(" – ")[0].strip() or title.startswith("AQB –"):
            self.found.append(f"{shown}: is called „{title}“")


def _page(shown: Shown) -> str:
    """Where a page stands; what somebody searches for there is no page of its own."""
    return shown.path.partition("?")[0]


@contextmanager
def walk(chromium: Chromium) -> Iterator[Walk]:
    with served.pages() as server:
        context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce")
        context.set_default_timeout(60_000)
        context.add_init_script(path=AXE)
        context.add_init_script(path=CHECKS)
        try:
            yield Walk(context.new_page(), server)
        finally:
            context.close()


def barriers(chromium: Chromium, pages: Iterable[tuple[Shown, User | None]], *, least: int) -> list[str]:
    """What is wrong with these pages; there must be at least so many, or the walk has lost its way."""
    with walk(chromium) as walker:
        for shown, _ in pages:
            walker.look(shown)
        assert walker.walked >= least, walker.walked
        return walker.found


def told(found: list[str]) -> str:
    """The findings for whoever has to mend them: each kind once, with the first page and how many more have it."""
    kinds: dict[str, list[str]] = {}
    for one in found:
        page, _, slip = one.partition(": ")
        kinds.setdefault(slip, []).append(page)
    lines = [f"{pages[0]}{f' and {len(pages) - 1} more' if pages[1:] else ''}: {slip}" for slip, pages in kinds.items()]
    return "\n".join([f"{len(found)} slips of {len(lines)} kinds", *lines[:150]])
