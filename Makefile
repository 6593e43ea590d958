# Two commands are enough: `make run` and `make test`. Both set up what they need; README.md tells more.
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage check format lock demo
# Commands share .venv and the database, so they run one after the other.
.NOTPARALLEL:

PREPARE = python=$$(sh setup/find_python.sh) && "$$python" setup
MANAGE = .venv/bin/python manage.py
PYTEST = .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
# Settings as a server has them, with values that are good for nothing but the check.
AS_PRODUCTION = AQB_MODE=production AQB_SECRET_KEY=0123456789-nur-fuer-die-pruefung-der-einstellungen-abcdefghijklm \
	AQB_HOSTS=aqb.example AQB_BASE_URL=https://aqb.example AQB_FILES=.local/files AQB_STATIC=.local/static \
	DATABASE_URL=postgresql://nobody@127.0.0.1/nothing

help:
	@echo "make run      richtet alles ein und startet die Anwendung mit Demodaten (PORT=8000)"
	@echo "make test     richtet alles ein und führt alle Tests aus"
	@echo "make setup    richtet nur ein, mit leerer Datenbank"
	@echo "make coverage dasselbe, und zählt, welche Zweige des Codes die Tests erreichen (mindestens 95 %)"
	@echo "make check    prüft Stil, Typen, Vorlagen, Einstellungen und Migrationen"
	@echo "make format   bringt den Code in Form"
	@echo "make lock     schreibt die Sperrdateien der Pakete neu"
	@echo "make demo     legt Demodaten an und nennt die Zugänge"

setup:
	@$(PREPARE) run
	@$(MANAGE) migrate --verbosity 0

run:
	@$(PREPARE) run && exec $(MANAGE) serve

demo: setup
	@$(MANAGE) load_reference && $(MANAGE) demo

test:
	@$(PREPARE) test
	$(PYTEST)

# Counting branches makes every test half as slow again, so it has a command of its own.
coverage:
	@$(PREPARE) test
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=95

check:
	@$(PREPARE) test
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy
	.venv/bin/python -m djlint templates --lint --quiet
	$(AS_PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

format:
	@$(PREPARE) test
	.venv/bin/python -m ruff check --fix-only
	.venv/bin/python -m ruff format

# Hashes for every platform and for Python from 3.12 on, and no address of a server. UPGRADE=--upgrade takes newer releases.
COMPILE = .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)
lock:
	@$(PREPARE) test
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group node --output-file requirements-node.txt
	npm install --package-lock-only --ignore-scripts
