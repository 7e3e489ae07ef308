"""The project's checks: `python -m nox` runs all that CI runs, `-s NAME` runs one."""

import shutil
from itertools import chain
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "typing", "tests", "coverage", "docs", "wheel", "lowest", "partner"]

PYTHONS = ["3.11", "3.12", "3.13"]
PROJECT = nox.project.load_toml("pyproject.toml")
CONSTRAINTS = ("--constraint", "constraints.txt")
PYTEST = ("pytest", "--numprocesses=auto")
# The tests of the package. Those of the example application run once, where its month is played.
TESTS = (*PYTEST, "--ignore=tests/partner_app")
# Properties are tried at length on one Python, and briefly wherever else the tests run.
BRIEFLY = {"HYPOTHESIS_PROFILE": "brief"}


def install(session: nox.Session, *groups: str, package: str = ".") -> None:
    """Install the package with dependency groups, in the pinned versions."""
    listed = nox.project.dependency_groups(PROJECT, *groups)
    session.install(package, *listed, *CONSTRAINTS)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on the installed package; on the newest Python with coverage."""
    install(session, "tests")
    if session.python == PYTHONS[-1]:
        session.run("coverage", "run", "--module", *TESTS, *session.posargs)
    else:
        session.run(*TESTS, *session.posargs, env=BRIEFLY)


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests' processes covered; every line and branch has to be run."""
    session.install("coverage[toml]", *CONSTRAINTS)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, the rooms' order, and that no generated file is stale."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")
    session.run("python", "scripts/generate_client.py", "--check")


@nox.session
def typing(session: nox.Session) -> None:
    """The types, by two checkers, and that all of the public surface has them."""
    install(session, "typing")
    session.run("mypy", "vercel_marketplace", "tests/typing", "examples", "scripts")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "vercel_marketplace", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages; a warning is an error. Their examples run with the tests."""
    install(session, "docs")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the source distribution, the wheel from it, and run the tests on that."""
    out = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(out, ignore_errors=True)
    session.install(*nox.project.dependency_groups(PROJECT, "build"), *CONSTRAINTS)
    session.run("python", "-m", "build", "--outdir", str(out), silent=True)
    (built,) = out.glob("*.whl")
    install(session, "tests", package=str(built))
    session.run(*TESTS, *session.posargs, env=BRIEFLY)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the tests on the oldest versions that the package says it works with."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    declared = chain(PROJECT["project"]["dependencies"], *extras)
    bounds = [bound.replace(">=", "==") for bound in declared]
    tools = nox.project.dependency_groups(PROJECT, "tests")
    session.install(".", *bounds, *tools)
    session.run(*TESTS, *session.posargs, env=BRIEFLY)


@nox.session
def partner(session: nox.Session) -> None:
    """Play a month of the partner application with an emulated Vercel, and run its tests."""
    install(session, "tests")
    session.run("python", "-m", "examples.partner_app.month")
    session.run(*PYTEST, "tests/partner_app")


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Write the generated files; with `-- --check`, compare them."""
    install(session, "generate")
    session.run("python", "scripts/generate_client.py", *session.posargs)


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Compare the package with an OpenAPI document: `-- DOCUMENT`, a path."""
    session.install(".", *CONSTRAINTS)
    session.run("python", "-m", "scripts.check_contract", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Print this SDK's cost as ratios to bare httpx's, from one run."""
    session.install(".", *CONSTRAINTS)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False)
def interop(session: nox.Session) -> None:
    """Let Vercel's TypeScript SDK call the emulator; skipped without node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        session.skip("node or npm is not installed")
    session.install(".[emulator]", *CONSTRAINTS)
    session.run("python", "-m", "interop", *session.posargs)


@nox.session(default=False)
def pin(session: nox.Session) -> None:
    """Write constraints.txt anew: what the sessions above install."""
    session.install("uv")
    groups = [f"--group={name}" for name in PROJECT["dependency-groups"]]
    session.run(
        *("uv", "pip", "compile", "--universal", "--upgrade", "--no-annotate", "--no-header"),
        *("--python-version", PYTHONS[0], "--all-extras", *groups),
        *("--output-file", "constraints.txt", "--quiet", "pyproject.toml"),
    )
