"""What `make run` does before the server takes over."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from aqb.management.commands import serve


@pytest.mark.parametrize("text", ["0", "65536", "acht", "-1", ""])
def test_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="eine Zahl von 1 bis 65535"):
        serve.free_port(text)


def test_port_of_another_program_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} ist belegt"):
            serve.free_port(str(port))
    assert serve.free_port(str(port)) == port


def test_production_is_not_served_with_demo_data() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match=r"docs/operations\.md"):
        call_command("serve")


def test_static_files_are_collected_only_when_one_changed(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "static"
    source.mkdir()
    (source / "app.css").write_text("a {}")
    with override_settings(STATIC_ROOT=target, STATICFILES_DIRS=[source]):
        serve.collect_static_files()
        collected = target / "app.css"
        collected.write_text("untouched")
        serve.collect_static_files()
        assert collected.read_text() == "untouched"
        (source / "app.css").write_text("a { color: red }")
        serve.collect_static_files()
        assert collected.read_text() == "a { color: red }"
