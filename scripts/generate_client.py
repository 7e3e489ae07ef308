"""Writes what follows from operations, models and `VercelCore`, so that nobody keeps it by hand.

- `funcs/*.py`: in each function's docstring, everything from `Args:` on.
- `funcs/__init__.py`, `models/__init__.py`: their names, each imported on first use.
- `client.py`, `sync_client.py`: a client each, with a method for each operation.

Run by `nox -s generate`. With `--check` nothing is written: whole files are compared, and
the exit code is 1 when one is stale.
"""

import difflib
import subprocess
import sys
from pathlib import Path

from scripts.client.docstrings import function_source
from scripts.client.modules import ASYNC, SYNC, client_source, package_source
from scripts.client.operations import read_functions
from scripts.client.sources import MODELS, PACKAGE, homes_in


def formatted(source: str, path: Path) -> str:
    """Return the source as ruff leaves it."""
    check = ["check", "--fix", "--quiet", "--select", "I,F401,RUF022"]
    for command in (check, ["format", "--quiet"]):
        source = subprocess.run(  # noqa: S603 (our own arguments)
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"],
            input=source,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    return source


def generate() -> dict[Path, str]:
    """Return every generated file as it should be."""
    functions = read_functions()
    written = {
        PACKAGE / "client.py": client_source(functions, ASYNC),
        PACKAGE / "sync_client.py": client_source(functions, SYNC),
        PACKAGE / "funcs/__init__.py": package_source(
            "The operations as functions that return a `Result`, each loaded on first use.",
            {"CallError": "vercel_marketplace.errors"} | homes_in("funcs"),
        ),
        PACKAGE / "models/__init__.py": package_source(
            "Request and response classes: frozen, slotted, and loaded on first use.", MODELS
        ),
    }
    return {path: formatted(source, path) for path, source in written.items()} | {
        function.path: function_source(function) for function in functions
    }


def main() -> int:
    """Write the files, or compare them."""
    stale = 0
    for path, source in generate().items():
        present = path.read_text() if path.exists() else ""
        if source == present:
            continue
        stale += 1
        name = str(path.relative_to(PACKAGE.parent))
        if "--check" in sys.argv:
            old, new = present.splitlines(keepends=True), source.splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(old, new, name, f"{name}, generated"))
        else:
            path.write_text(source)
            print(f"wrote {name}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
