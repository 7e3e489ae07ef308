"""Checks that the built reference has each public name, by the module that it is imported from.

    python -m scripts.check_reference docs/_build

A function of `funcs` also has to show what it returns, and a text must not link httpx's methods.
"""

import re
import sys
import zlib
from importlib import import_module
from pathlib import Path

PACKAGES = ("emulator", "funcs", "models", "partner", "tokens", "webhooks")
_ELSEWHERE = {"vercel_marketplace.funcs.CallError"}  # in `errors`
_HEADER_LINES = 4


def main(arguments: list[str]) -> int:
    """Print what is missing; return the exit code."""
    built = Path(arguments[0])
    problems = [f"not in the reference: {name}" for name in _missing(built)]
    pages = {page.stem: page.read_text() for page in (built / "reference").glob("*.html")}
    signatures = re.findall(
        r'(?s)<dt class="sig[^"]*" id="([\w.]+\.marketplace_\w+)">(.*?)</dt>', pages["functions"]
    )
    problems += [
        f"does not say what it returns: {name}"
        for name, signature in signatures
        if "sig-return" not in signature
    ]
    link = r'<a class="reference[^>]*title="([^"]+\.(?:send|a?close))"'
    linked = re.findall(link, pages["clients"])
    problems += [f"a link to what may be httpx's: {target}" for target in linked]
    print("\n".join(problems) or f"{len(signatures)} functions, nothing is missing")
    return bool(problems)


def _missing(built: Path) -> list[str]:
    """Return the public names that the inventory does not have."""
    lines = (built / "objects.inv").read_bytes().split(b"\n", _HEADER_LINES)[_HEADER_LINES]
    entries = (line.split(" ") for line in zlib.decompress(lines).decode().splitlines())
    known = {entry[0] for entry in entries if entry[1].startswith("py:")} | _ELSEWHERE
    packages = [f"vercel_marketplace.{name}" for name in PACKAGES]
    exported = [f"{package}.{name}" for package in packages for name in _exports(package)]
    return [name for name in exported if name not in known]


def _exports(package: str) -> list[str]:
    names: list[str] = import_module(package).__all__
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
