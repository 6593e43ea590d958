"""What a cell of a foreign table means: exact amounts, days, whole numbers, or the sentence why not.

Nothing is rounded and nothing guessed in silence. A number in a workbook counts with the 15 digits that spreadsheets
show and keep: Excel writes 1234.5050000000001 for 1,234.505 that somebody typed, because it computes in binary. A text
that could be German or English, such as 1.234, is read as German, and a note says so.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from aqb.exports import Cell, plain
from aqb.inspection.sheets.grid import Raw
from aqb.money import CENT, LARGEST
from aqb.screens import german_date
from aqb.tables.columns import Kind
from aqb.text import MONTHS

KEPT = Context(prec=15, rounding=ROUND_HALF_EVEN)
GERMAN = re.compile(r"(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?", re.ASCII)
ENGLISH = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
GAPS = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
UNIT = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR|Euro)$", re.IGNORECASE)
MINUS = re.compile(r"^[-\u2212\u2013]\s*(?=\d)")
SWAPPED = str.maketrans(",.", ".,")
LONGEST_NUMBER = 40
NUMERIC_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
WORDY_DAY = re.compile(r"(\d{1,2})\.\s*([A-Za-zäÄ]{3,9})\.?\s+(\d{4})", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]00:00(?::00)?)?", re.ASCII)
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_415  # the years 2000 to 2100, as workbooks count days
YES, NO = {"ja", "j", "x", "wahr", "yes", "true", "1"}, {"nein", "n", "-", "–", "falsch", "no", "false", "0"}

NO_DAY = "Das ist kein Datum. Bitte schreiben Sie Tag, Monat und Jahr, zum Beispiel 31.03.2027."
NO_FORMULA = "Formeln werden nicht gelesen. Tragen Sie den Wert ein."


class Unreadable(ValueError):
    """The cell does not say what its column asks for; the text is a German sentence."""


@dataclass(frozen=True)
class Reading:
    """What a cell means; `note` says how it was understood where it could be understood otherwise."""

    value: Cell
    note: str = ""


def read(kind: Kind, raw: Raw) -> Reading:
    """The value of a cell in a column of this kind, None when it is empty; raises Unreadable."""
    if raw is None or (raw[0] == "text" and not raw[1].strip()):
        return Reading(None)
    if raw[0] == "formula":
        raise Unreadable(NO_FORMULA)
    if raw[0] == "error":
        raise Unreadable("In der Zelle steht eine Fehlermeldung statt eines Werts.")
    return READERS[kind](*raw)


def shown(raw: Raw, kind: Kind = Kind.AMOUNT) -> str:
    """The cell as the person sees it in a column of this kind, for a sentence about it."""
    if raw is None:
        return ""
    what, written = raw
    match what:
        case "number":
            number = german(exact(written))
            return number if kind in {Kind.AMOUNT, Kind.DECIMAL} else number.replace(".", "")
        case "date":
            return german_date(date.fromisoformat(written))
        case "moment":
            return f"{german_date(date.fromisoformat(written[:10]))} {written[11:16]}"
        case "yes_no":
            return "WAHR" if written == "1" else "FALSCH"
        case _:
            return plain(written)


def text(value: Cell) -> str:
    """A value as people write it: amounts as 1.234,50, days as 31.03.2027, ja and nein."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nein"
        case Decimal():
            return german(value) if value.as_tuple().exponent != -2 else f"{value:,.2f}".translate(SWAPPED)
        case date():
            return german_date(value)
        case _:
            return str(value)


def exact(digits: str) -> Decimal:
    """The number that these digits of a workbook stand for."""
    number = Decimal(digits)
    return KEPT.plus(number) if len(number.as_tuple().digits) > KEPT.prec else number


def german(number: Decimal) -> str:
    """`1.234,505`: all places, without idle zeros."""
    written = f"{number:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(SWAPPED)


def _text(kind: str, written: str) -> Reading:
    return Reading(plain(written) if kind == "text" else shown((kind, written), Kind.TEXT))


def _amount(kind: str, written: str) -> Reading:
    number = _number(kind, written, "kein Betrag, zum Beispiel 1.234,50")
    amount = number.value
    if amount < 0:
        raise Unreadable("Beträge sind nicht negativ.")
    if amount != amount.quantize(CENT, context=Context(prec=60)):
        raise Unreadable(f"Beträge haben höchstens zwei Nachkommastellen.{number.doubt}")
    if amount > LARGEST:
        raise Unreadable("Der Betrag ist zu groß. Möglich sind höchstens 999.999.999.999,99 Euro.")
    return Reading(amount.quantize(CENT), number.note)


def _whole(kind: str, written: str) -> Reading:
    number = _number(kind, written, "keine ganze Zahl, zum Beispiel 24")
    if number.value != number.value.to_integral_value():
        raise Unreadable(f"Hier steht eine ganze Zahl ohne Nachkommastellen.{number.doubt}")
    return Reading(int(number.value), number.note)


def _decimal(kind: str, written: str) -> Reading:
    number = _number(kind, written, "keine Zahl, zum Beispiel 12,5")
    return Reading(number.value, number.note or number.doubt.strip())


@dataclass(frozen=True)
class _Number:
    value: Decimal
    note: str = ""  # understood as German, and it could be English
    doubt: str = ""  # the same, where the German way is hardly meant


def _number(kind: str, written: str, otherwise: str) -> _Number:
    if kind == "number":
        number = exact(written)
        if abs(number.adjusted()) > LONGEST_NUMBER:
            raise Unreadable(f"Das ist {otherwise}.")
        return _Number(number)
    bare = GAPS.sub("", UNIT.sub("", written.strip()))
    sign = -1 if MINUS.match(bare) else 1
    bare = MINUS.sub("", bare)
    german_way, english_way = _by(GERMAN, bare, ".", ","), _by(ENGLISH, bare, ",", ".")
    found = german_way if german_way is not None else english_way
    if kind != "text" or found is None or len(bare) > LONGEST_NUMBER:
        raise Unreadable(f"Das ist {otherwise}.")
    value = sign * found
    if german_way is None or english_way is None or german_way == english_way:
        return _Number(value)
    if "." in bare:
        return _Number(value, f"„{written.strip()}“ ist als {german(value)} gelesen: Der Punkt trennt Tausender.")
    meant = german(english_way)
    return _Number(value, doubt=f" „{bare}“ ist mit Komma als Dezimalzeichen gelesen; gemeint ist vielleicht {meant}.")


def _by(pattern: re.Pattern[str], bare: str, thousands: str, decimal: str) -> Decimal | None:
    if not pattern.fullmatch(bare):
        return None
    return Decimal(bare.replace(thousands, "").replace(decimal, "."))


def _day(kind: str, written: str) -> Reading:
    if kind == "date":
        return Reading(date.fromisoformat(written))
    if kind == "moment":
        raise Unreadable("Hier steht ein Tag ohne Uhrzeit, zum Beispiel 31.03.2027.")
    if kind == "number":
        return _serial(exact(written))
    bare = written.strip()
    try:
        if found := NUMERIC_DAY.fullmatch(bare):
            return Reading(date(int(found[3]), int(found[2]), int(found[1])))
        if (found := WORDY_DAY.fullmatch(bare)) and (month := _month(found[2])):
            return Reading(date(int(found[3]), month, int(found[1])))
        return Reading(date.fromisoformat(bare[:10] if ISO_DAY.fullmatch(bare) else ""))
    except ValueError as error:
        raise Unreadable(NO_DAY) from error


def _serial(number: Decimal) -> Reading:
    """A day that lost its look: workbooks count days."""
    if number != number.to_integral_value() or not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Unreadable(NO_DAY)
    day = date(1899, 12, 30) + timedelta(days=int(number))
    return Reading(day, f"Die Zahl {number:f} ist als {german_date(day)} gelesen: So zählt Excel Tage.")


def _month(written: str) -> int | None:
    """Number of a German month, written out or shortened."""
    start = written.casefold()
    return next((at for at, name in enumerate(MONTHS, 1) if name.casefold().startswith(start)), None)


def _yes_no(kind: str, written: str) -> Reading:
    word = written.strip().casefold()
    if kind in {"yes_no", "number", "text"} and word in YES | NO:
        return Reading(word in YES)
    raise Unreadable("Hier steht „ja“ oder „nein“.")


READERS = {
    Kind.TEXT: _text, Kind.AMOUNT: _amount, Kind.DATE: _day, Kind.NUMBER: _whole, Kind.DECIMAL: _decimal,
    Kind.YES_NO: _yes_no,
}  # fmt: skip
