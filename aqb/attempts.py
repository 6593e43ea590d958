"""How attempts are counted against a limit: in the database, for all worker processes together."""

from typing import Any

from django.utils.crypto import salted_hmac


def cache_key(key: Any, prefix: str, version: Any) -> str:
    """The key of a counter as a keyed hash: the table tells nobody whose address tried what."""
    return f"{prefix}:{version}:{salted_hmac('aqb.attempts', str(key), algorithm='sha256').hexdigest()}"
