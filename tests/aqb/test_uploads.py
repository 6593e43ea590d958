"""What comes in with a form: in memory only, never more than permitted; and attempts that all processes count."""

from io import BytesIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.test import RequestFactory

from aqb.attempts import cache_key
from aqb.inspection import LARGEST_UPLOAD
from aqb.uploads import NOT_EVEN_READ, InMemory


def received(content: bytes) -> tuple[int, bytes]:
    """The size that the form learns, and what it can read."""
    file = BytesIO(content)
    file.name = "datei.pdf"
    request = RequestFactory().post("/", {"datei": file})
    request.upload_handlers = [InMemory(request)]
    uploaded: Any = request.FILES["datei"]
    assert not hasattr(uploaded, "temporary_file_path")
    return uploaded.size, uploaded.read()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(3_000_000)], ids=["empty", "small", "several chunks"])
def test_file_arrives_as_it_is(content: bytes) -> None:
    assert received(content) == (len(content), content)


def test_too_large_file_says_its_size_and_takes_no_more_memory() -> None:
    size, content = received(bytes(LARGEST_UPLOAD + 2_000_000))
    assert (size, len(content)) == (LARGEST_UPLOAD + 2_000_000, LARGEST_UPLOAD + 1)


def test_huge_request_is_not_read() -> None:
    with pytest.raises(RequestDataTooBig):
        InMemory().handle_raw_input(None, {}, NOT_EVEN_READ + 1, b"")


def test_key_of_a_counter_tells_nobody_the_address() -> None:
    key = cache_key("allauth:rl:login:ip:192.0.2.7", "", 1)
    assert "192.0.2.7" not in key
    assert key != cache_key("allauth:rl:login:ip:192.0.2.8", "", 1)


@pytest.mark.django_db
def test_attempts_are_counted_in_the_database() -> None:
    caches["default"].clear()
    caches["default"].set("versuch", [1.0], 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM aqb_cache")
        assert cursor.fetchone() == (1,)
