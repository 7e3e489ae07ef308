"""Reads the package's sources: names, classes, and the sections of docstrings."""

import ast
import inspect
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "vercel_marketplace"


def modules_in(folder: str) -> list[Path]:
    """List the public modules of a subpackage."""
    return [p for p in sorted((PACKAGE / folder).glob("*.py")) if not p.name.startswith("_")]


def dotted(path: Path) -> str:
    """Return the dotted name of a module of the package."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def classes_in(path: Path) -> dict[str, ast.ClassDef]:
    """Return the classes that a module defines."""
    tree = ast.parse(path.read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def public_names_in(path: Path) -> Iterator[str]:
    """Yield the classes, functions and type aliases that a module defines."""
    for node in ast.parse(path.read_text()).body:
        name = ""
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = node.name
        elif isinstance(node, ast.AnnAssign):
            name = ast.unparse(node.target)
        if name and not name.startswith("_"):
            yield name


def homes_in(folder: str) -> dict[str, str]:
    """Map the public names of a subpackage to the modules that define them."""
    return {
        name: dotted(path) for path in modules_in(folder) for name in sorted(public_names_in(path))
    }


MODELS = homes_in("models")
MODEL_CLASSES = {
    name: node for path in modules_in("models") for name, node in classes_in(path).items()
}
CORE = classes_in(PACKAGE / "core.py")["VercelCore"]


def entries_of(docstring: str | None, title: str) -> dict[str, str]:
    """Return the entries of a section of a Google-style docstring, by name."""
    lines = iter(inspect.cleandoc(docstring or "").splitlines())
    for line in lines:
        if line == f"{title}:":
            break
    entries: dict[str, str] = {}
    name = ""
    for line in takewhile(lambda line: line.startswith("    "), lines):
        text = line.strip()
        if line.startswith("     "):  # indented further: it continues the entry
            entries[name] += f" {text}"
        else:
            name, _, entries[name] = text.partition(": ")
    return entries


def core_method(name: str) -> ast.FunctionDef:
    """Return a method of `VercelCore`, whose signature the clients share."""
    return next(n for n in CORE.body if isinstance(n, ast.FunctionDef) and n.name == name)
