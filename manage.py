#!/usr/bin/env python
"""Command line of the application: `.venv/bin/python manage.py help`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqb.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(f"Django ist nicht installiert ({error}). Bitte zuerst »make setup« ausführen.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
