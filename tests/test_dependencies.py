"""What the package imports is declared, and no declared bound admits a known hole."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [
    Requirement(text) for texts in (PROJECT["dependencies"], *EXTRAS.values()) for text in texts
]
# Imported under another name, or only where the user has it: trio by async code on trio, pytest
# by its own plugin mechanism.
NAMES = {"attr": "attrs", "jwt": "pyjwt", "opentelemetry": "opentelemetry-api"}
OPTIONAL = {"pytest", "trio", "typing_extensions"}


def imported_modules():
    """Yield the top-level names that the package's modules import."""
    for path in (ROOT / "vercel_marketplace").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield node.module.partition(".")[0]


def test_whatever_is_imported_is_declared():
    """A library that comes with another one today may stay away tomorrow."""
    others = set(imported_modules()) - sys.stdlib_module_names - {"vercel_marketplace"}
    names = {NAMES.get(name, name) for name in others}
    assert names - OPTIONAL <= {requirement.name for requirement in DECLARED}


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("aiohttp", "3.13.3"),  # CVE-2025-69223 to CVE-2025-69230
        ("h11", "0.16"),  # CVE-2025-43859
        ("httpcore", "1.0.9"),  # the first that requires that h11
        ("cryptography", "44.0.1"),  # CVE-2024-26130, CVE-2024-12797
        ("pyjwt", "2.10.1"),  # CVE-2024-53861
    ],
)
def test_no_bound_admits_a_known_hole(name, fixed):
    """The oldest version that may be installed has the fix."""
    (lower,) = [
        Version(specifier.version)
        for requirement in DECLARED
        if requirement.name == name
        for specifier in requirement.specifier
        if specifier.operator == ">="
    ]
    assert lower >= Version(fixed)
