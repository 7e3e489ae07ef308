"""The project's checks: `python -m nox` runs all that CI runs, `-s NAME` runs one."""

import os
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "typing", "tests", "lowest", "partner", "ecosystem", "docs"]
nox.options.sessions += ["workflows", "browser"]

# Containers often set it; then each of the many processes of a session, and of its tests, compiles
# all that it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PROJECT = nox.project.load_toml("pyproject.toml")
CONSTRAINTS = ("--constraint", "constraints.txt")
PYTEST = ("pytest", "--numprocesses=auto")
# The tests of the package. Those of the example application run once, where its month is played.
TESTS = (*PYTEST, "--ignore=tests/partner_app")
# Property tests run at length on one Python and briefly on the others.
BRIEF = {"HYPOTHESIS_PROFILE": "brief"}
# What neither another Python nor older dependencies change: tools of this repository, its pages,
# and processes that are started for a test.
ONCE = (
    *("--ignore=tests/drift", "--ignore=tests/test_documentation.py"),
    *("-m", "not subprocess"),
)
# What may differ on a Python between two on which everything passes: what it does by itself with
# loops, threads, signals, frames and sockets, and a call in each way.
BETWEEN = tuple(
    f"tests/test_{name}.py"
    for name in (
        *("blocking", "clients", "concurrency", "connection_pool", "http_client"),
        *("interrupts", "loops", "result", "safety", "tracebacks"),
        *("transport", "user_types"),
    )
)


def _runs(version: str) -> bool:
    """Whether an interpreter is here and starts: a shim of a version manager may not."""
    path = shutil.which(f"python{version}")
    if path is None:
        return False
    probe = subprocess.run([path, "-c", ""], capture_output=True, check=False)  # noqa: S603 (ours)
    return probe.returncode == 0


SUPPORTED = ["3.11", "3.12", "3.13"]
PYTHONS = [version for version in SUPPORTED if _runs(version)] or [
    f"{sys.version_info.major}.{sys.version_info.minor}"
]
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]


DIST = Path(".nox", "dist").resolve()


def install(session: nox.Session, *groups: str, extra: str = "") -> None:
    """Install the built wheel with dependency groups, in the pinned versions."""
    (wheel,) = DIST.glob("*.whl")
    listed = nox.project.dependency_groups(PROJECT, *groups)
    session.install(f"{wheel}{extra}", *listed, *CONSTRAINTS)


def unpack_sdist() -> Path:
    """Unpack the source distribution beside itself, and return the folder of its files."""
    (archive,) = DIST.glob("*.tar.gz")
    shutil.unpack_archive(archive, DIST, filter="data")
    return DIST / archive.name.removesuffix(".tar.gz")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the source distribution and, from it, the wheel that every other session installs."""
    session.install(*nox.project.dependency_groups(PROJECT, "build"), *CONSTRAINTS)
    shutil.rmtree(DIST, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--outdir", str(DIST), silent=True)


@nox.session(python=PYTHONS[1:] or PYTHONS, requires=["build"])
def tests(session: nox.Session) -> None:
    """Run the tests on the built wheel; on the newest Python every line has to be run.

    Where there are several Pythons, `lowest` has the oldest.
    """
    install(session, "tests")
    if session.python != NEWEST:
        # In the source distribution, which has to have all that its tests need.
        with session.chdir(unpack_sdist()):
            session.run(*PYTEST, *BETWEEN, *session.posargs, env=BRIEF)
        return
    session.run("coverage", "erase")
    session.run("coverage", "run", "--module", *TESTS, *session.posargs)
    if not session.posargs:
        session.run("coverage", "combine", "--quiet")
        session.run("coverage", "report")


@nox.session(requires=["build"])
def lint(session: nox.Session) -> None:
    """Check style, the order of the layers, and that no generated file is stale."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")
    session.run("python", "-m", "scripts.generate_client", "--check")


@nox.session
def workflows(session: nox.Session) -> None:
    """Check what only the repository's host reads: workflows, forms, hooks, the container."""
    session.install(*nox.project.dependency_groups(PROJECT, "workflows"), *CONSTRAINTS)
    session.run("zizmor", "--offline", "--no-progress", "--persona=pedantic", "--quiet", ".")
    session.run("actionlint")
    forms = ".github/ISSUE_TEMPLATE"
    for schema, *names in (
        ("dependabot", ".github/dependabot.yml"),
        ("github-issue-config", f"{forms}/config.yml"),
        ("github-issue-forms", f"{forms}/bug.yml", f"{forms}/feature.yml"),
        ("readthedocs", ".readthedocs.yaml"),
        ("citation-file-format", "CITATION.cff"),
    ):
        session.run("check-jsonschema", f"--builtin-schema=vendor.{schema}", *names)
    session.run("prek", "validate-config", ".pre-commit-config.yaml")
    session.run("hadolint", "Dockerfile")


@nox.session(requires=["build"])
def typing(session: nox.Session) -> None:
    """Check the types of the package, its examples and its pages, and that nothing lacks them."""
    install(session, "typing")
    session.run("mypy", "vercel_marketplace", "tests/typing", "examples", "scripts")
    session.run("pyright", "--threads")  # which is what takes longest here
    session.run("pyright", "--verifytypes", "vercel_marketplace", "--ignoreexternal")
    session.run("ty", "check", "--error-on-warning")
    session.run("pyrefly", "check", "--summary=none")
    pages = session.create_tmp()
    session.run("python", "-m", "scripts.extract_examples", pages)
    # The examples of a page share a namespace, and may bind a name again.
    rebinding = ("--allow-redefinition-new", "--local-partial-types")
    session.run("mypy", *rebinding, pages, env={"MYPYPATH": "examples"})
    session.run("pyright", "--project", pages)
    session.run("ty", "check", "--error-on-warning", "--project", pages)


@nox.session(requires=["build"])
def docs(session: nox.Session) -> None:
    """Build the pages; a warning is an error. Their examples run with the tests."""
    install(session, "docs", extra="[aiohttp,otel]")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build")
    session.run("python", "-m", "scripts.check_reference", "docs/_build")


@nox.session(python=OLDEST, requires=["build"])
def lowest(session: nox.Session) -> None:
    """Run the tests on the oldest Python and the oldest versions that the package works with."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    declared = chain(PROJECT["project"]["dependencies"], *extras)
    bounds = [bound.replace(">=", "==") for bound in declared]
    tools = nox.project.dependency_groups(PROJECT, "tests")
    (wheel,) = DIST.glob("*.whl")
    session.install(str(wheel), *bounds, *tools)
    # The rules of the emulator are pure, and are tested on the newest Python.
    rules = ("--ignore=tests/emulator", "--ignore=tests/emulator_http")
    session.run(*TESTS, *ONCE, *rules, *session.posargs, env=BRIEF)


@nox.session(requires=["build"])
def partner(session: nox.Session) -> None:
    """Play a month of the partner application with an emulated Vercel, and run its tests."""
    install(session, "tests")
    with session.chdir("examples"):
        session.run("python", "-m", "partner_app.month")
    session.run(*PYTEST, "tests/partner_app")


@nox.session(python=NEWEST, requires=["build"])
def ecosystem(session: nox.Session) -> None:
    """Run the SDK inside frameworks, workers and tools that partners have."""
    install(session, "tests", "ecosystem")
    session.run(*PYTEST, "--dist=loadgroup", "tests/ecosystem", *session.posargs)


@nox.session(requires=["build"])
def browser(session: nox.Session) -> None:
    """Play a month in the emulator's console by clicking; skipped without Chromium."""
    if shutil.which("chromium") is None:
        if shutil.which("apt-get") is None or os.geteuid() != 0:
            session.skip("Chromium is not installed, and only root can install Debian's")
        session.run("apt-get", "update", "-qq", external=True, silent=True)
        command = ("apt-get", "install", "--yes", "--no-install-recommends", "-qq", "chromium")
        session.run(*command, external=True, silent=True)
    install(session, "tests", "browser")
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Write the generated files; with `-- --check`, compare them."""
    install(session, "generate")
    session.run("python", "-m", "scripts.generate_client", *session.posargs)


@nox.session(default=False, requires=["build"])
def drift(session: nox.Session) -> None:
    """Compare the package with an OpenAPI document: `-- DOCUMENT`, a path."""
    install(session)
    session.run("python", "-m", "scripts.check_contract", *session.posargs)


@nox.session(default=False, requires=["build"])
def bench(session: nox.Session) -> None:
    """Print this SDK's cost as ratios to bare httpx's, from one run."""
    install(session, extra="[aiohttp,emulator,tokens]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False, requires=["build"])
def interop(session: nox.Session) -> None:
    """Let Vercel's TypeScript SDK call the emulator; skipped without node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        session.skip("node or npm is not installed")
    install(session, extra="[emulator,tokens]")
    session.run("python", "-m", "interop", *session.posargs)


@nox.session(default=False, requires=["build"], venv_backend="uv")
def pyodide(session: nox.Session) -> None:
    """Run on Python 3.14, in WebAssembly, what needs no socket, thread, process or event loop."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        session.skip("node or npm is not installed")
    folder = Path(session.create_tmp())
    site = folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    (wheel,) = DIST.glob("*.whl")
    # The newest versions that have a wheel without compiled code.
    target = ("--python-platform=wasm32-pyodide2025", "--python-version=3.14")
    tools = nox.project.dependency_groups(PROJECT, "wasm")
    session.install(f"--target={site}", *target, "--only-binary=:all:", str(wheel), *tools)
    for name in ("package.json", "run.mjs"):
        shutil.copy2(Path("wasm", name), folder)
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
    session.run("npm", "install", "--prefix", str(folder), *quiet, external=True)
    apart = ("ecosystem", "partner_app", "test_documentation.py", "webhooks/test_recipes.py")
    session.run(
        *("node", *map(str, (folder / "run.mjs", site, Path.cwd()))),
        *("--quiet", "-pno:cacheprovider"),
        *("tests", "examples/partner", *(f"--ignore=tests/{name}" for name in apart)),
        *session.posargs,
        external=True,
    )


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Build what is published, twice, and check it; with `-- --dry-run` anywhere, else in CI."""
    session.install(*nox.project.dependency_groups(PROJECT, "release"), *CONSTRAINTS)
    session.run("python", "-m", "scripts.release", *session.posargs)


@nox.session(default=False)
def pin(session: nox.Session) -> None:
    """Write constraints.txt anew: what the sessions above install."""
    session.install("uv")
    groups = [f"--group={name}" for name in PROJECT["dependency-groups"]]
    session.run(
        *("uv", "pip", "compile", "--universal", "--upgrade", "--no-annotate", "--no-header"),
        *("--python-version", SUPPORTED[0], "--all-extras", *groups),
        *("--output-file", "constraints.txt", "--quiet", "pyproject.toml"),
    )
