"""No text that people type is ever computed by a spreadsheet, and every number stays one."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aqb import exports

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
beginnings = st.builds(lambda sign, rest: sign + rest, st.sampled_from(DANGEROUS), texts)
cells = st.one_of(texts, beginnings, st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.dates())


def written(*rows: list[exports.Cell], columns: int = 1) -> list[list[str]]:
    """What a program reads that opens the file; the heading is left out."""
    target = io.StringIO(newline="")
    exports.write_csv(target, ["Spalte"] * columns, rows)
    target.seek(0)
    assert target.read(1) == "\ufeff"
    return list(csv.reader(target, delimiter=";"))[1:]


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
@example([["=1+1", "+49 611", "-5"], ["@SUM(A1)", "\t=1", "\r=1"]])
@example([['";=1+1', "a;=1", 'a"\r\n=1+1']])
@example([["'=1", "''=1", "'s Gravenhage"]])
def test_no_text_begins_like_a_formula_and_none_leaves_its_cell(rows: list[list[exports.Cell]]) -> None:
    read = written(*rows, columns=3)
    assert len(read) == len(rows)
    for row, found in zip(rows, read, strict=True):
        assert len(found) == 3
        for value, shown in zip(row, found, strict=True):
            if isinstance(value, str):
                assert not shown.startswith(DANGEROUS)
                assert exports.plain(shown) == value.replace("\0", "")


@given(texts.filter(lambda value: not value.lstrip("'").startswith(DANGEROUS) and "\0" not in value))
@example("'s Gravenhage")
def test_harmless_text_comes_back_as_it_was(value: str) -> None:
    assert written([value]) == [[value]]
    assert exports.cell(value) == value


@given(beginnings)
def test_formula_is_marked_once_for_workbooks_too(value: str) -> None:
    assert exports.cell(value) == f"'{value}".replace("\0", "")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_amounts_stay_numbers(value: Decimal) -> None:
    assert exports.cell(value) is value
    ((shown,),) = written([value])
    assert Decimal(shown.replace(",", ".")) == value
    assert "'" not in shown


def test_everything_else_is_written_as_the_read_me_of_a_case_file_says() -> None:
    moment = datetime(2027, 3, 31, 8, 42, 5, tzinfo=UTC)
    row: list[exports.Cell] = [None, True, False, 7, -3, Decimal("118000.00"), date(2027, 3, 31), moment]
    shown = ["", "ja", "nein", "7", "-3", "118000,00", "2027-03-31", "2027-03-31 10:42:05"]
    assert written(row, columns=8) == [shown]


def test_text_that_a_zero_byte_hides_is_marked_too() -> None:
    assert written(["\0=1+1"]) == [["'=1+1"]]


def test_row_of_another_length_than_the_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells below 1 headings"):
        written(["a", "b"])
