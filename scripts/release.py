"""Builds what a release publishes, checks it, and says what would be uploaded.

`python -m nox -s release -- --dry-run`. Nothing is uploaded here: in CI, the workflow publishes
the files that this leaves in `dist`. They are built twice, from two copies of the last commit, and
have to be the same to the byte.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from email import message_from_string
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SBOM = ROOT / "sbom" / "vercel-marketplace.cdx.json"


class ReleaseError(Exception):
    """What is built must not be published."""


def reason_to_refuse(environment: Mapping[str, str], version: str) -> str | None:
    """Return why this may not be published from here, or None."""
    if not environment.get("CI"):
        return "only CI publishes; add --dry-run to see what it would"
    tag = environment.get("GITHUB_REF_NAME", "")
    if environment.get("GITHUB_REF_TYPE") != "tag" or tag != f"v{version}":
        return f"the version is {version}: publish it from the tag v{version}, not from {tag!r}"
    return None


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    return {path.name: hash_file(path) for path in sorted(folder.iterdir())}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require_same(first: Mapping[str, str], second: Mapping[str, str]) -> None:
    """Compare the hashes of two builds.

    Raises:
        ReleaseError: A file differs, or only one build has it.
    """
    different = {name for name, _ in first.items() ^ second.items()}
    if different:
        message = f"two builds of one commit differ in {', '.join(sorted(different))}"
        raise ReleaseError(message)


def read_version(wheel: Path) -> str:
    """Return the version that the wheel's own metadata names."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return str(message_from_string(archive.read(name).decode())["Version"])


def complete(document: dict[str, Any], version: str) -> dict[str, Any]:
    """Return the list of components with the version of the package.

    The tool reads `pyproject.toml`, where the version is dynamic. The addresses of the tool itself
    are left out.
    """
    metadata = document["metadata"]
    package = metadata["component"] | {
        "version": version,
        "purl": f"pkg:pypi/vercel-marketplace@{version}",
    }
    tools = [
        {key: value for key, value in tool.items() if key in {"name", "type", "version"}}
        for tool in metadata["tools"]["components"]
    ]
    metadata = metadata | {"component": package, "tools": {"components": tools}}
    return document | {"metadata": metadata}


def require_no_path(text: str, paths: Sequence[str]) -> None:
    """Look for what only the machine of the build knows.

    Raises:
        ReleaseError: The text has a path of that machine.
    """
    found = [path for path in ("file:", *paths) if path in text]
    if found:
        message = f"the list of components names {', '.join(found)}"
        raise ReleaseError(message)


def run(*command: str, **environment: str) -> bytes:
    """Run a program, and return what it prints; its errors go to the terminal."""
    done = subprocess.run(  # noqa: S603 (ours)
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def run_module(module: str, *arguments: str, **environment: str) -> bytes:
    """Run a module of this environment."""
    return run(sys.executable, "-m", module, *arguments, **environment)


def build(archive: bytes, folder: Path, epoch: str) -> Path:
    """Build the source distribution, and from it the wheel, from a copy of the commit."""
    source, distributions = folder / "source", folder / "dist"
    with tarfile.open(fileobj=BytesIO(archive)) as copy:
        copy.extractall(source, filter="data")
    options = ("--no-isolation", "--outdir", str(distributions))
    run_module("build", *options, str(source), SOURCE_DATE_EPOCH=epoch)
    return distributions


def list_components(wheel: Path, folder: Path, epoch: str, version: str) -> str:
    """Install the wheel with its extras, and return what is installed in CycloneDX's form."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    interpreter = folder / "environment" / "bin" / "python"
    run_module("uv", "venv", "--quiet", "--python", sys.executable, str(interpreter.parents[1]))
    run_module(
        *("uv", "pip", "install", "--quiet", "--python", str(interpreter)),
        *("--constraint", "constraints.txt", f"{wheel}[{','.join(extras)}]"),
    )
    output = run_module(
        *("cyclonedx_py", "environment", "--pyproject", "pyproject.toml", "--mc-type", "library"),
        *("--output-reproducible", "--output-format", "JSON", str(interpreter)),
        SOURCE_DATE_EPOCH=epoch,
    )
    text = json.dumps(complete(json.loads(output), version), indent=2) + "\n"
    require_no_path(text, [str(folder), str(ROOT), str(Path.home())])
    return text


def describe(paths: Sequence[Path]) -> str:
    """Return two lines for each file: its name and size, and its hash."""
    return "\n".join(
        f"  {path.relative_to(ROOT)}  {path.stat().st_size:,} bytes\n    sha256:{hash_file(path)}"
        for path in paths
    )


def prepare(*, publish: bool) -> None:
    """Leave the checked files in `dist` and the list of components in `sbom`.

    Raises:
        ReleaseError: They must not be published, or not from here.
    """
    git = shutil.which("git") or "git"
    epoch = run(git, "log", "-1", "--format=%ct").decode().strip()
    archive = run(git, "archive", "HEAD")
    if run(git, "status", "--porcelain"):
        print("The work tree has changes; what is built is the last commit.")
    with tempfile.TemporaryDirectory() as name:
        first, second = (build(archive, Path(name, which), epoch) for which in ("one", "two"))
        require_same(hash_files(first), hash_files(second))
        distributions = sorted(map(str, first.iterdir()))
        (wheel,) = first.glob("*.whl")
        version = read_version(wheel)
        if publish and (reason := reason_to_refuse(os.environ, version)):
            raise ReleaseError(reason)
        run_module("twine", "check", "--strict", *distributions)
        run_module("check_wheel_contents", str(wheel))
        components = list_components(wheel, Path(name), epoch, version)
        for folder in (DIST, SBOM.parent):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(first, DIST)
        SBOM.parent.mkdir()
        SBOM.write_text(components)
    print(f"{version}, built twice with SOURCE_DATE_EPOCH={epoch}: the same to the byte.")
    print("To be uploaded to the index:" if publish else "Would be uploaded to the index:")
    print(describe(sorted(DIST.iterdir())))
    print("Beside them on the repository's page, and attested as what they depend on:")
    print(describe([SBOM]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="nox -s release --", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="build and check, anywhere")
    options = parser.parse_args(arguments)
    if not options.dry_run and not os.environ.get("CI"):
        print(reason_to_refuse(os.environ, ""), file=sys.stderr)
        return 2
    try:
        prepare(publish=not options.dry_run)
    except ReleaseError as error:
        print(f"not published: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.buffer.write(error.stdout)
        print(f"not published: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
