"""A case file names the links of the chain that cover its history, with the hash of each entry."""

from pathlib import Path

import pytest
from django.db import connection

from aqb import chain
from aqb.chain.sources import leaves, steady
from aqb.models import HistoryLink
from reporting.case_file.links import covering
from tests import factories as make
from tests.chains import link
from tests.reporting.cases import issued, packed, table, unpacked

pytestmark = pytest.mark.django_db


def hash_of(name: str, key: int) -> str:
    """The hash of an entry, made anew from its row."""
    source = chain.sources()[name]
    steady()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT encode(hash, 'hex') FROM ({leaves(source, source.columns)}) leaf", [key - 1, key])
        (found,) = cursor.fetchone()
    return str(found)


def test_entries_name_their_link_and_hash(tmp_path: Path) -> None:
    version = issued()
    link()
    make.remark(version, text="Danach")
    link()
    make.remark(version, text="Noch nicht verkettet")
    bag = unpacked(packed(version)[1], tmp_path)

    rows = table(bag, "verlauf")
    assert {row["Kettenglied"] for row in rows} == {"1", "2", ""}
    after = {row["nachher"]: row["Kettenglied"] for row in rows}
    assert (after["Danach"], after["Noch nicht verkettet"]) == ("2", "")
    for row in rows:
        if row["Kettenglied"]:
            assert row["Prüfwert des Eintrags"] == hash_of(row["Tabelle"], int(row["Eintrag"]))
        else:
            assert row["Prüfwert des Eintrags"] == ""

    links = {one["Nummer"]: (one["Prüfwert davor"], one["Prüfwert"]) for one in table(bag, "kettenglieder")}
    assert links == {str(one.number): (one.previous, one.digest) for one in HistoryLink.objects.all()}
    text = (bag / "data" / "LIESMICH.txt").read_text(encoding="utf-8")
    assert "in 2 Kettengliedern; 1 ist jünger als das letzte Glied." in " ".join(text.split())


def test_case_file_without_a_link_says_so(tmp_path: Path) -> None:
    bag = unpacked(packed(issued())[1], tmp_path)
    assert {row["Kettenglied"] for row in table(bag, "verlauf")} == {""}
    assert table(bag, "kettenglieder") == []
    assert "jünger als das letzte Kettenglied" in (bag / "data" / "LIESMICH.txt").read_text(encoding="utf-8")


def test_unknown_keys_have_no_place() -> None:
    agreement = issued().agreement
    link()
    (key,) = agreement.events.values_list("pgh_id", flat=True)  # type: ignore[attr-defined]
    name = "agreements_agreementevent"
    assert set(covering([(name, key), (name, key + 999), (name, 0), ("no_such_table", 1)])) == {(name, key)}
    assert covering([]) == {}
