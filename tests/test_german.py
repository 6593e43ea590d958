"""The search for foreign days, numbers and words finds them; what it finds on our pages, the tests of access tell."""

import pytest

from tests.german import not_german


@pytest.mark.parametrize(
    "html",
    [
        "<p>bis 2027-03-31</p>", "<p>am 2026-11-26 13:24:00+00:00</p>", "<td>1,234.50 €</td>", "<td>1234.50</td>",
        '<img alt="True" src="x">', "<dd>None</dd>", "<p>31 March 2027</p>", '<input type="text" value="12.50">',
        '<td data-label="3/31/2027"></td>',
    ],
)  # fmt: skip
def test_foreign_day_number_or_word_is_found(html: str) -> None:
    assert [*not_german(html)]


@pytest.mark.parametrize(
    "html",
    [
        "<p>31.03.2027, 10:42 Uhr</p>", "<p>31.&nbsp;März 2027</p>", "<td>1.234,50 €</td>", "<td>1.234.567</td>",
        "<p>12,5 %</p>", "<p>EN 301 549, WCAG 2.2</p>", "<p>ZV-2026-06438-0</p>", '<input type="hidden" value="12.50">',
        '<script type="application/json">{"x": "2027-03-31"}</script>', "<p>Frist: 31.03.</p>", "<p>§ 4.2</p>",
    ],
)  # fmt: skip
def test_what_is_german_is_left_alone(html: str) -> None:
    assert not [*not_german(html)]
