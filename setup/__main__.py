"""Prepares this checkout: `python3 setup run` for the application, `python3 setup test` also for tests and checks.

Only the standard library, since nothing else is there yet. Every step looks first and does only what is missing.
"""

import sys

import machine
import packages
import steps


def prepare(purpose: str) -> None:
    with steps.one_at_a_time():
        machine.ensure(machine.FOR_RUN if purpose == "run" else machine.FOR_TEST)
        packages.ensure_python(packages.RUN_LOCK if purpose == "run" else packages.TEST_LOCK)
        packages.ensure_node()


if __name__ == "__main__":
    try:
        prepare(sys.argv[1])
    except steps.Missing as missing:
        sys.exit(str(missing))
    except PermissionError as error:
        sys.exit(
            f"Auf „{error.filename}“ darf dieser Benutzer nicht schreiben: bitte als der Benutzer arbeiten, "
            "dem der Ordner gehört, oder den Ordner neu auschecken."
        )
    except KeyboardInterrupt:
        sys.exit("Abgebrochen; der nächste Aufruf macht weiter.")
