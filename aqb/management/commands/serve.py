"""`manage.py serve`: what `make run` does once everything is installed."""

import hashlib
import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command


class Command(BaseCommand):
    help = "Prepare the database and serve the application with demo data, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "»serve« ist zum Ausprobieren da; in der Produktion startet »gunicorn«, siehe docs/operations.md."
            )
        port = free_port(os.environ.get("PORT", "8000"))
        self.stdout.write(
            "Datenbank und Demodaten werden vorbereitet; beim ersten Mal dauert das ein bis zwei Minuten."
        )
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        collect_static_files()
        with pghistory.context(command="load_reference"):
            call_command("load_reference", verbosity=0, stdout=StringIO())
        call_command("demo")
        self.stdout.flush()
        greeting = f"\nDie Anwendung läuft auf http://127.0.0.1:{port} – mit Strg-C wird sie beendet."
        os.chdir(settings.BASE_DIR)
        environment = {**os.environ, "PORT": str(port)}
        if settings.TASK_WORKERS:  # our children, so gunicorn's: they end when it does, however it ends
            command = [sys.executable, "manage.py", "work", "--crew", str(settings.TASK_WORKERS)]
            subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603
        os.execve(  # noqa: S606 - gunicorn takes the place of this process, Ctrl-C reaches it
            sys.executable, [sys.executable, "-m", "gunicorn"], {**environment, "AQB_GREETING": greeting}
        )  # fmt: skip


def free_port(text: str) -> int:
    """The port to serve on. Raises CommandError if it is none, or another program has it."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT ist „{text}“; gebraucht wird eine Zahl von 1 bis 65535, zum Beispiel PORT=8001.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", int(text)))
        except PermissionError as error:
            raise CommandError(f"Port {text} darf nur root öffnen; bitte »make run PORT=8001« versuchen.") from error
        except OSError as error:
            raise CommandError(
                f"Port {text} ist belegt, vielleicht von einem früheren »make run«; "
                f"dieses beenden oder »make run PORT={int(text) % 65535 + 1}« versuchen."
            ) from error
    return int(text)


def collect_static_files() -> None:
    """Collect and compress the static files, unless none has changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.fingerprint")
    fingerprint = static_fingerprint()
    if root.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Changes when a static file is added, removed or edited."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
