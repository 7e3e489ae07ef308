"""Package folders as fresh installations have them, made of the packages at hand.

What else is installed changes what httpx costs. Where trio is found, `import httpx` loads it;
where sniffio is not, httpcore looks for it anew several times a request. So neither side runs
on the environment that happens to be there: each gets a folder with what it requires itself,
and no other site-packages.
"""

import re
import shutil
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def make(folder: Path, requirements: Iterable[str], *, package: Path | None = None) -> list[str]:
    """Copy what `pip install` of the requirements would bring, and a package of our own.

    Returns:
        The distributions, with their versions.
    """
    found: dict[str, Distribution] = {}
    _collect(requirements, found)
    folder.mkdir()
    for one in found.values():
        for top in _top_level(one):
            source = Path(str(one.locate_file(top)))
            if source.is_dir():
                shutil.copytree(source, folder / top, dirs_exist_ok=True)
            else:
                shutil.copy2(source, folder / top)
    if package is not None:
        shutil.copytree(package, folder / package.name)
    return sorted(f"{name} {one.version}" for name, one in found.items())


def our_requirements(extra: str | None = None) -> list[str]:
    """What this package depends on; or what an extra of it adds."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    if extra is None:
        return list(project["dependencies"])
    return list(project["optional-dependencies"][extra])


def _collect(requirements: Iterable[str], found: dict[str, Distribution]) -> None:
    """Follow requirements; one with a marker that is not installed is for another Python."""
    for requirement in requirements:
        match = _NAME.match(requirement)
        if match is None or "extra ==" in requirement:
            continue
        name = match[0].lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            if ";" in requirement:
                continue
            sys.exit(f"{name} is not installed; `nox -s bench` installs all that is compared")
        _collect(found[name].requires or (), found)


def _top_level(one: Distribution) -> set[str]:
    tops = {path.parts[0] for path in one.files or ()} - {"..", "__pycache__"}
    if not tops:
        sys.exit(f"{one.name}: installed without a list of its files, so that it cannot be copied")
    return tops
