"""A store of its own, for tests that look at everything that lies in it."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where all documents of the test lie, and nothing else; made by the first one."""
    place = tmp_path / "files"
    default = {"BACKEND": "aqb.files.ContentStorage", "OPTIONS": {"location": place}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return place
