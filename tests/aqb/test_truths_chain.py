"""What PostgreSQL refuses about the chain over the history."""

from typing import Any

import pytest
from django.db import connection

from aqb.models import HistoryLink, HistoryPart, PersonalProof
from tests import factories as make
from tests.chains import link
from tests.factories import START
from tests.truths import empty, erase, refused, write

pytestmark = pytest.mark.django_db
DIGEST = "a" * 64


def a_link(**fields: Any) -> HistoryLink:
    last = HistoryLink.objects.first()
    values = {
        "number": last.number + 1 if last else 1,
        "previous": last.digest if last else "",
        "digest": DIGEST if last is None else f"{last.number:064x}",
        "made_at": START,
        "rows": 0,
    }
    return HistoryLink.objects.create(**{**values, **fields})


def a_part(of: HistoryLink, **fields: Any) -> HistoryPart:
    values = {
        "table": "aqb_userevent",
        "columns": [],
        "after": 0,
        "upto": 3,
        "rows": 0,
        "leaves": b"",
        "digest": DIGEST,
    }
    return HistoryPart.objects.create(link=of, **{**values, **fields})


def a_proof() -> PersonalProof:
    make.user()
    link()
    return PersonalProof.objects.filter(table="aqb_userevent").latest("pk")


@pytest.mark.parametrize("values", [{"made_at": START}, {"digest": "b" * 64}, {"previous": "b" * 64}, {"number": 9}])
def test_link_is_never_changed(values: dict[str, Any]) -> None:
    row = a_link()
    with refused("historylink_append_only", "weder geändert noch gelöscht"):
        write(row, **values)
    with refused("historylink_append_only"):
        HistoryLink.objects.update(**values)


def test_part_is_never_changed() -> None:
    with refused("historypart_append_only", "weder geändert noch gelöscht"):
        write(a_part(a_link()), upto=9)


def test_links_and_parts_are_never_deleted() -> None:
    row = a_link()
    with refused("historypart_append_only"):
        erase(a_part(row))
    with refused("historylink_append_only"):
        erase(a_link())


@pytest.mark.parametrize("name", ["historypart_never_emptied", "personalproof_never_emptied"])
def test_tables_are_never_emptied(name: str) -> None:
    with refused(name):
        empty(f"aqb_{name.removesuffix('_never_emptied')}")


def test_links_are_never_emptied() -> None:
    """With the parts that hang on them; the database asks the parts' trigger first or the links'."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE aqb_historypart DISABLE TRIGGER USER")
    with refused("historylink_never_emptied"):
        empty("aqb_historylink")


def test_second_link_of_a_number_is_refused() -> None:
    a_link()
    with refused("historylink_number_unique"):
        a_link(number=1, previous="", digest="b" * 64)


def test_second_link_after_the_same_one_is_refused() -> None:
    a_link()
    a_link(previous=DIGEST)
    with refused("historylink_previous_unique"):
        a_link(number=3, previous=DIGEST)


@pytest.mark.parametrize(
    "values",
    [{"digest": "A" * 64}, {"digest": "abc"}, {"number": 2, "previous": ""}, {"number": 1, "previous": DIGEST}],
)
def test_link_without_its_place_in_the_chain_is_refused(values: dict[str, Any]) -> None:
    with refused("historylink_is_chained"):
        a_link(**values)


def test_table_twice_in_a_link_is_refused() -> None:
    part = a_part(a_link())
    with refused("historypart_once_per_table"):
        a_part(part.link, after=3, upto=9)


def test_same_rows_in_two_links_are_refused() -> None:
    a_part(a_link())
    with refused("historypart_follows_once"):
        a_part(a_link(), upto=9)


def test_part_that_goes_back_is_refused() -> None:
    with refused("historypart_goes_forward"):
        a_part(a_link(), after=3, upto=3)


def test_second_proof_of_a_row_is_refused() -> None:
    proof = a_proof()
    with refused("personalproof_once"):
        PersonalProof.objects.create(table=proof.table, row=proof.row, salt=b"x", commitment=DIGEST)


@pytest.mark.parametrize("values", [{"salt": b"other"}, {"commitment": DIGEST}, {"row": 9}, {"salt": None, "row": 9}])
def test_proof_only_forgets_its_salt(values: dict[str, Any]) -> None:
    proof = a_proof()
    with refused("personalproof_only_forgets", "weder geändert noch gelöscht"):
        PersonalProof.objects.filter(pk=proof.pk).update(**values)
    with refused("personalproof_only_forgets"):
        erase(proof)
    write(proof, salt=None)
    with refused("personalproof_only_forgets"):
        write(proof, salt=b"back again")
