"""How attempts are counted against a limit: in the database, for all worker processes together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

PAUSE = 5 * 60  # seconds after which every limit of ours lets somebody try again


def cache_key(key: Any, prefix: str, version: Any) -> str:
    """The key of a counter as a keyed hash: the table tells nobody whose address tried what."""
    return f"{prefix}:{version}:{salted_hmac('aqb.attempts', str(key), algorithm='sha256').hexdigest()}"


def too_often(request: HttpRequest, template: str = "429.html") -> HttpResponse:
    """429: what limits answer where no form is there to say so; browsers and programs read when to come again."""
    answer = render(request, template, {"minutes": PAUSE // 60}, status=429)
    answer["Retry-After"] = str(PAUSE)
    return answer
