"""Writes the Python examples of README and docs as modules, for type checkers.

    python -m scripts.extract_examples DIRECTORY

A page becomes one module, named after the page: `docs/emulator-http.md` is `docs_emulator_http.py`.
Its examples share a namespace, as they do where the tests run them. Each line of code keeps its
line number, so that a checker's message about line 40 of the module is about line 40 of the page.
Where an example awaits outside of a function, the whole page is indented and becomes the body of
an async function. The directory also gets configurations for pyright and ty, which add `examples`
to the import path.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# An example may leave a name unused, and compare a value whose type the checker knows already.
_PYRIGHT = (
    "# pyright: strict, reportUnusedVariable=false, reportUnusedFunction=false, "
    "reportUnusedClass=false, reportUnnecessaryComparison=false, reportUnnecessaryIsInstance=false"
)
_TY = """
[environment]
extra-paths = ['{examples}', '{package}']
python-version = "3.11"

[src]
respect-ignore-files = false
"""
_WRAPPER = "async def page() -> None:"
_HEAD_LINES = 2
_FENCE = re.compile(r"^( *)```(\w*)")


def main(arguments: list[str]) -> int:
    """Write a module for each page with examples; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m scripts.extract_examples DIRECTORY", file=sys.stderr)
        return 2
    directory = Path(arguments[0])
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.py"):
        old.unlink()
    for name, source in _modules():
        (directory / f"{name}.py").write_text(source)
    settings = {"extraPaths": [str(ROOT / "examples")], "pythonVersion": "3.11"}
    (directory / "pyrightconfig.json").write_text(json.dumps(settings))
    (directory / "ty.toml").write_text(_TY.format(examples=ROOT / "examples", package=ROOT))
    return 0


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        source = extract(path.read_text())
        if source is not None:
            relative = path.relative_to(ROOT).with_suffix("")
            yield "_".join(relative.parts).replace("-", "_"), source


def extract(page: str) -> str | None:
    """Return the module of a page, or `None` if the page has no example.

    Raises:
        ValueError: The first example begins too early: the head of the module has no room.
    """
    lines = _code_lines(page)
    if not any(lines):
        return None
    if any(lines[:_HEAD_LINES]):
        msg = f"an example must not begin in the first {_HEAD_LINES} lines of a page"
        raise ValueError(msg)
    head = [_PYRIGHT, ""]
    if _awaits_outside_functions("\n".join(lines)):
        head = [_PYRIGHT, _WRAPPER]
        lines = [f"    {line}" if line else "" for line in lines]
    return "\n".join([*head, *lines[_HEAD_LINES:]]) + "\n"


def _code_lines(page: str) -> list[str]:
    """Return the lines of a page, all empty that are not an example's."""
    result: list[str] = []
    indent: str | None = None
    language = ""
    for line in page.splitlines():
        code = ""
        if fence := _FENCE.match(line):
            if indent is None:
                indent, language = fence[1], fence[2]
            else:
                indent = None
        elif indent is not None and language == "python":
            code = line.removeprefix(indent)
        result.append(code)
    return result


def _awaits_outside_functions(source: str) -> bool:
    """Whether a module awaits at its top level: `ast` accepts that, a type checker does not."""
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
