"""A person who works by the keyboard alone: every step is a key, and what has the focus must be seen."""

from pathlib import Path

from playwright.sync_api import Page

CHECKS = (Path(__file__).parent / "checks.js").read_text()
FURTHEST = 150  # keys after which nobody searches on
NAME = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return "";
    const label = one.labels?.[0]?.textContent ?? "";
    const legend = one.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
    return [one.getAttribute("aria-label"), one.matches("input, select, textarea") ? `${label} ${legend}` : one.textContent]
        .find(text => text?.trim())?.replace(/\\s+/g, " ").trim() ?? "";
}"""


class Keyboard:
    """Presses keys on a page; at each stop the focus must be seen and not hidden under something else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self) -> str:
        """One stop further; answers its name. Leaves the page for nothing: after the last comes the first again."""
        self.press("Tab")
        name: str = self.page.evaluate(NAME)
        if name:
            self.stops += 1
            self._has_load()
            slips = self.page.evaluate("aqbChecks.ring(document.activeElement)")
            assert not slips, f"{self.page.url}: {name}: {slips}"
        return name

    def skip(self) -> None:
        """The first key shows the way past the navigation; what comes next is inside the page's content."""
        assert self.tab() == "Zum Inhalt springen"
        self.press("Enter")
        assert self.page.evaluate("document.activeElement.matches('main')")

    def to(self, name: str) -> None:
        """Go on until what has the focus is called so, or more."""
        met = []
        for _ in range(FURTHEST):
            met.append(self.tab())
            if name.lower() in met[-1].lower():
                return
        raise AssertionError(f"{self.page.url}: the keyboard never comes to „{name}“, only to {met}")

    def sent(self, key: str) -> None:
        """Press a key that leads to another page, which is there afterwards."""
        with self.page.expect_navigation():
            self.press(key)

    def follow(self, name: str) -> None:
        """Go to a link or button and press it; the next page must be there."""
        self.to(name)
        self.sent("Enter")

    def jump(self, name: str) -> None:
        """Go to a link within the page and press it: what it leads to has the focus then."""
        self.to(name)
        self.press("Enter")

    def check(self, name: str) -> None:
        self.to(name)
        self.press("Space")

    def replace(self, text: str) -> None:
        """Write over what stands in the field that has the focus."""
        self.press("Control+A")
        self.page.keyboard.type(text)

    def write(self, field: str, text: str) -> None:
        self.to(field)
        self.page.keyboard.type(text)

    def date(self, legend: str, *parts: str) -> None:
        """Day, month and year are three stops."""
        for label, part in zip(("Tag", "Monat", "Jahr"), parts, strict=True):
            self.write(f"{label} {legend}", part)

    def _has_load(self) -> None:
        if not self.page.evaluate("Boolean(window.aqbChecks)"):
            self.page.evaluate(CHECKS)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()
