#!/usr/bin/env python
"""Command line of the application: `.venv/bin/python manage.py help`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqb.settings")
    try:
        from aqb.command_line import CommandLine
    except ImportError as error:
        sys.exit(f"Django ist nicht installiert ({error}). Bitte zuerst »make setup« ausführen.")
    CommandLine(sys.argv).execute()


if __name__ == "__main__":
    main()
