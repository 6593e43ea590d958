"""The house rules of STYLE.md that a machine can check; each failure names file and line."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# Imports run one way: an app may use those before it.
ORDER = ["aqb", "agreements", "projects", "reporting"]
FORBIDDEN_NAMES = {"services", "service", "utils", "util", "helpers", "helper", "mixins", "managers", "signals"}
MODULE_LINES, MODELS_LINES, FUNCTION_LINES, TEMPLATE_LINES, COMPLEXITY = 300, 400, 40, 150, 10


def modules(*folders: str) -> Iterator[Path]:
    """Every module that people write; migrations are written by Django."""
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


CODE = [*modules(*ORDER, "setup"), ROOT / "manage.py", ROOT / "gunicorn.conf.py"]
EVERYTHING = [*CODE, *modules("tests")]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything a module imports, also inside functions and by relative names."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            yield node.lineno, ".".join([*start, *filter(None, [node.module])])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "import_string")):
            yield from ((node.lineno, str(arg.value)) for arg in node.args if isinstance(arg, ast.Constant))


@pytest.mark.parametrize("position", range(len(ORDER)), ids=ORDER)
def test_imports_run_one_way(position: int) -> None:
    later = set(ORDER[position + 1 :])
    slips = [
        f"{name(path)}:{line} imports {module}"
        for path in modules(ORDER[position])
        for line, module in imported(path)
        if module.split(".")[0] in later
    ]
    assert not slips, slips


def test_code_never_imports_tests() -> None:
    slips = [f"{name(path)}:{line}" for path in CODE for line, module in imported(path) if module.startswith("tests")]
    assert not slips, slips


def test_modules_are_short() -> None:
    def limit(path: Path) -> int:
        return MODELS_LINES if path.name == "models.py" or path.parent.name == "models" else MODULE_LINES

    lengths = {name(path): (len(path.read_text().splitlines()), limit(path)) for path in EVERYTHING}
    assert not {path: found for path, found in lengths.items() if found[0] > found[1]}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_are_short() -> None:
    lengths = {
        f"{name(path)}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in EVERYTHING
        for function in functions(path)
    }
    assert not {place: lines for place, lines in lengths.items() if lines > FUNCTION_LINES}


def test_functions_are_simple() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "C901"]
    limit = ["--config", f"lint.mccabe.max-complexity={COMPLEXITY}", "--output-format", "concise"]
    found = subprocess.run([*command, *limit, *map(str, EVERYTHING)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_templates_are_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in TEMPLATES}
    assert lengths, "no templates found"
    assert not {path: lines for path, lines in lengths.items() if lines > TEMPLATE_LINES}


def test_modules_are_named_after_what_they_do() -> None:
    slips = [name(path) for path in EVERYTHING if FORBIDDEN_NAMES & {path.stem, path.parent.name}]
    assert not slips, slips


def test_no_import_by_star_outside_package_faces() -> None:
    slips = [name(path) for path in EVERYTHING if re.search(r"^from .* import \*", path.read_text(), re.MULTILINE)]
    assert not slips, slips


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_python_lock_has_hashes_and_no_server(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    slips = [line for line in lines if re.search(r"https?:|file:|^-|^--(index|extra|find)", line)]
    assert not slips, slips
    pinned = [number for number, line in enumerate(lines) if re.match(r"^\S+==", line)]
    assert pinned, "nothing is pinned"
    assert all("--hash=sha256:" in lines[number + 1] for number in pinned)


def test_node_lock_has_hashes_and_no_server() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    for requirement in (requirement for group in groups for requirement in group):
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert re.search(r",\s+# \w", line), f"no reason beside {requirement}"


def test_nothing_reads_the_shared_folder() -> None:
    """The papers that the project was built from are not there where it runs."""
    pattern = re.compile(r"\.\./shared|/work/shared|['\"]shared['\"/]")
    texts = [*CODE, *TEMPLATES, ROOT / "Makefile", ROOT / ".ci" / "run", *sorted((ROOT / "setup").glob("*.sh"))]
    slips = [name(path) for path in texts if pattern.search(path.read_text())]
    assert not slips, slips


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
