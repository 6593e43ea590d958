"""Production as a whole: what it starts with, what it tells browsers, and what is left when its database is gone."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import production
from tests.servers import free_port

HEADERS = """
import json
answer = visitor.get("/konto/login/")
assert answer.status_code == 200, answer.status_code
cookies = {name: [morsel["secure"], morsel["path"], morsel["domain"]] for name, morsel in answer.cookies.items()}
print(json.dumps([dict(answer.headers), cookies]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files as `collectstatic` leaves them, and room for documents."""
    place = tmp_path_factory.mktemp("production")
    (place / "files").mkdir()
    ended = production.python(production.variables(place), "manage.py", "collectstatic", "--no-input", "-v0")
    assert ended.returncode == 0, ended.stderr
    return place


def test_deploy_check_finds_nothing(folder: Path) -> None:
    environment = production.variables(folder)
    ended = production.python(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert ended.returncode == 0, ended.stderr
    assert "WARN" not in ended.stderr


@pytest.mark.django_db
def test_login_page_tells_the_browser_everything(folder: Path) -> None:
    ended = production.asked(production.variables(folder, production.database_of_this_test()), HEADERS)
    assert ended.returncode == 0, ended.stderr
    headers, cookies = json.loads(ended.stdout)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "upgrade-insecure-requests" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert cookies, "the page sets no cookie against forged forms"
    for name, attributes in cookies.items():
        assert name.startswith("__Host-"), name
        assert attributes == [True, "/", ""], name


def test_visit_without_encryption_is_sent_to_the_encrypted_address(folder: Path) -> None:
    code = 'answer = visitor.get("/", headers={"x-forwarded-proto": "http"}); print(answer.status_code, answer["Location"])'
    ended = production.asked(production.variables(folder), code)
    assert ended.stdout.strip() == "301 https://aqb.example/", ended.stderr


def test_word_of_a_visitor_about_encryption_counts_for_nothing_without_a_proxy(folder: Path) -> None:
    environment = {**production.variables(folder), "AQB_TRUSTED_PROXIES": "0"}
    ended = production.asked(environment, 'print(visitor.get("/").status_code)')
    assert ended.stdout.strip() == "301", ended.stderr


def test_name_that_is_not_ours_is_refused(folder: Path) -> None:
    code = 'answer = visitor.get("/", headers={"host": "evil.example"}); print(answer.status_code, answer.content.decode())'
    ended = production.asked(production.variables(folder), code)
    assert ended.stdout.startswith("400")
    number = re.search(r"aqb-number\">([A-Z0-9-]{9})<", ended.stdout)
    assert number, ended.stdout
    line = json.loads(ended.stderr.splitlines()[-1])
    assert (line["logger"], line["number"]) == ("django.security.DisallowedHost", number[1])


@pytest.mark.parametrize("path", ["/", "/d/AQB-2026-1/"], ids=["whoever has a session", "the public check"])
def test_page_of_an_error_needs_no_database(folder: Path, path: str) -> None:
    code = f"""
visitor.cookies["__Host-sessionid"] = "k" * 32
answer = visitor.get("{path}?wer=erika")
print(answer.status_code, answer.content.decode())
"""
    ended = production.asked(production.variables(folder), code)
    assert ended.stdout.startswith("500"), ended.stdout
    number = re.search(r"aqb-number\">([A-Z0-9-]{9})<", ended.stdout)
    assert number, ended.stdout
    line = json.loads(ended.stderr.splitlines()[-1])
    assert (line["number"], line["path"], line["status"]) == (number[1], path, 500)
    assert "OperationalError" in line["error"]
    assert "Connection refused" in line["error"]
    assert any(place.startswith("django/db") for place in line["trace"])
    assert "erika" not in ended.stderr


def test_page_of_an_error_needs_no_stylesheet(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    code = 'answer = visitor.get("/konto/login/"); print(answer.status_code, answer.content.decode())'
    ended = production.asked(production.variables(tmp_path), code)  # nobody has run collectstatic
    number = re.search(r"^500 Hier ist etwas .* diese Nummer: ([A-Z0-9-]{9})$", ended.stdout, re.MULTILINE)
    assert number, ended.stdout
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert {line["number"] for line in lines} == {number[1]}
    assert any("500.html" in line["message"] for line in lines)


def listens(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """gunicorn with its own configuration and no database; its port and its log."""
    port, log = free_port(), tmp_path / "log"
    environment = {**production.variables(folder), "PORT": str(port), "AQB_WORKERS": "1"}
    with log.open("wb") as target:
        command = [sys.executable, "-m", "gunicorn"]
        process = subprocess.Popen(command, cwd=production.ROOT, env=environment, stdout=target, stderr=target)
    try:
        deadline = time.monotonic() + 30
        while not listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        yield port, log
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


def test_server_writes_one_line_of_json_for_each_error(server: tuple[int, Path]) -> None:
    port, log = server
    headers = {"Host": production.HOST, "X-Forwarded-Proto": "https"}
    url = f"http://127.0.0.1:{port}/d/AQB-2026-1/?name=erika@example.org"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20)
    page = caught.value.read().decode()
    caught.value.close()
    assert caught.value.code == 500
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(b"KEIN HTTP erika@example.org\r\n\r\n")  # gunicorn answers itself
        raw.recv(1000)
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["number"] for line in lines if line.get("status") == 500] == [
        re.findall(r"aqb-number\">([A-Z0-9-]{9})<", page)[0]
    ]
    assert [line for line in lines if line["logger"] == "gunicorn.error"], text
    assert "erika" not in text
    assert "127.0.0.1" not in "".join(line["message"] for line in lines)
