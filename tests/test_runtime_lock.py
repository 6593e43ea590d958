"""The application imports everything it needs from what `requirements.txt` installs; the tools of tests are not there."""

import importlib.metadata
import re
import subprocess
import sys

from tests.test_architecture import CODE, ROOT, imported, name

PROGRAM = """
import importlib.machinery, sys

class OnServer(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname.split('.')[0] not in {blocked!r}:
            return super().find_spec(fullname, path, target)

sys.meta_path[sys.meta_path.index(importlib.machinery.PathFinder)] = OnServer
import django
django.setup()
for module in {modules!r}:
    importlib.import_module(module)
"""


def locked(lock: str) -> set[str]:
    return {match[1].lower() for match in re.finditer(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE)}


def tools_of_tests() -> set[str]:
    """Names to import of what only `requirements-dev.txt` brings."""
    runtime = locked("requirements.txt")
    by_name = importlib.metadata.packages_distributions().items()
    known = {one: {re.sub(r"[-_.]+", "-", dist).lower() for dist in dists} for one, dists in by_name}
    dev = locked("requirements-dev.txt") - runtime
    return {one for one, dists in known.items() if dists <= dev}


def modules_of_code() -> list[str]:
    """All of ours, and everything of others that any of our lines imports, also inside functions."""
    ours = [name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in CODE]
    ours = [module for module in ours if module.split(".")[0] in {"aqb", "agreements", "projects", "reporting"}]
    others = {module for path in CODE for _, module in imported(path) if re.fullmatch(r"[a-zA-Z_][\w.]*", module)}
    own = {"aqb", "agreements", "projects", "reporting", "machine", "packages", "steps", "setup"}
    return sorted(module for module in others if module.split(".")[0] not in own) + [
        module for module in ours if not module.endswith(("__main__", "wsgi"))
    ]


def test_application_imports_without_the_tools_of_tests() -> None:
    blocked = tools_of_tests()
    assert {"pytest", "playwright", "hypothesis"} <= blocked
    program = PROGRAM.format(blocked=blocked, modules=modules_of_code())
    command = [sys.executable, "-c", program]
    environment = {"DJANGO_SETTINGS_MODULE": "aqb.settings", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
