"""A web server for pages that are there already, with the styles and scripts they ask for."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders


class Handler(BaseHTTPRequestHandler):
    """Pages by number, static files by name; for anything else nothing."""

    protocol_version = "HTTP/1.1"
    server: "Pages"

    def do_GET(self) -> None:
        if self.path.startswith(settings.STATIC_URL):
            self._answer(*static(self.path.removeprefix(settings.STATIC_URL).partition("?")[0]), keep=True)
        else:
            self._answer(self.server.pages.get(self.path, b""), "text/html; charset=utf-8")

    do_POST = do_GET  # noqa: N815  the base class calls it so

    def _answer(self, content: bytes, kind: str, *, keep: bool = False) -> None:
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=3600" if keep else "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any, **more: Any) -> None:
        """Tests are quiet."""


class Pages(ThreadingHTTPServer):
    """Serves what `show` was given."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, bytes] = {}

    def show(self, html: str) -> str:
        """The address under which this page stands from now on."""
        path = f"/{len(self.pages)}/"
        self.pages[path] = html.encode()
        return f"http://127.0.0.1:{self.server_port}{path}"


@cache
def static(name: str) -> tuple[bytes, str]:
    found = finders.find(name)
    if not found:
        return b"", "text/plain"
    return Path(str(found)).read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream"


@contextmanager
def pages() -> Iterator[Pages]:
    server = Pages()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
