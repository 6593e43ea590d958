#!/bin/sh
# Prints a Python that is new enough, or says in one sentence what is missing. Called by the Makefile.
root=${PYENV_ROOT:-$HOME/.pyenv}
for candidate in "${PYTHON:-python3.13}" python3 python3.12 python3.14 python \
    "$root"/versions/3.1[2-9]*/bin/python3 "$HOME"/.local/bin/python3.1[2-9]; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
found=$(python3 --version 2>/dev/null || echo "kein Python")
echo "Es fehlt Python 3.12 oder neuer (gefunden: $found): unter Debian ab 13 und Ubuntu ab 24.04 mit »apt-get install" \
    "python3 python3-venv«, sonst von https://www.python.org/downloads/; ein Python außerhalb des Suchpfads nennt" \
    "»make PYTHON=/pfad/zu/python3«." >&2
exit 1
