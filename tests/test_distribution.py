"""What an index and the repository's host show of the package is true, and their links work."""

import ast
import re
import tomllib
from pathlib import Path

import vercel_marketplace

ROOT = Path(__file__).parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = CONFIGURATION["project"]
HOOK = CONFIGURATION["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
SESSION = re.compile(r"^ {10}- ([\w.-]+)$", re.MULTILINE)


def index_page():
    """Return README as the build hook writes it."""
    text = (ROOT / "README.md").read_text()
    for substitution in HOOK["substitutions"]:
        text = re.sub(substitution["pattern"], substitution["replacement"], text)
    return text


def noxfile(name):
    """Return the lists that the noxfile assigns to a name, or adds to it, as one."""
    return [
        entry
        for node in ast.parse((ROOT / "noxfile.py").read_text()).body
        if isinstance(node, ast.Assign | ast.AugAssign)
        and ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target) == name
        for entry in ast.literal_eval(node.value)
    ]


def test_the_pythons_of_the_classifiers_are_those_that_the_tests_run_on():
    """A version is claimed where the tests ran, and nowhere else."""
    prefix = "Programming Language :: Python :: "
    claimed = [name.removeprefix(prefix) for name in PROJECT["classifiers"] if prefix in name]
    assert [name for name in claimed if re.fullmatch(r"\d\.\d+", name)] == noxfile("SUPPORTED")


def test_every_link_of_readme_works_on_an_index_page():
    """A link there is a whole address, or leads to another place of the page."""
    targets = LINK.findall(index_page())
    assert targets
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []


def test_every_link_of_readme_leads_to_a_file_of_the_tree():
    """What the hook rewrites exists at the tag of the version."""
    (rewritten,) = {substitution["replacement"] for substitution in HOOK["substitutions"]}
    start = rewritten.removeprefix("](")
    paths = [
        target.removeprefix(start).partition("#")[0]
        for target in LINK.findall(index_page())
        if target.startswith(start)
    ]
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_addresses_of_the_project_share_one_repository():
    """A project that moves is renamed in one place and missed in none."""
    source = PROJECT["urls"]["Source"]
    rewritten = {substitution["replacement"] for substitution in HOOK["substitutions"]}
    pages = {PROJECT["urls"][name] for name in ("Homepage", "Changelog", "Issues", "Security")}
    assert {text for text in rewritten if f"]({source}/" not in text} == set()
    assert {text for text in pages if not text.startswith(source)} == set()


def test_the_workflow_runs_every_session_of_the_command():
    """A session that `python -m nox` runs has a job, on each Python that it is for."""
    jobs = set(SESSION.findall((ROOT / ".github" / "workflows" / "ci.yml").read_text()))
    _, *between = noxfile("SUPPORTED")
    tests = {f"tests-{version}" for version in between}
    assert {*noxfile("nox.options.sessions"), *tests} - {"tests"} <= jobs


def test_a_citation_names_the_version():
    """Whoever cites the newest release finds it."""
    assert f"\nversion: {vercel_marketplace.__version__}\n" in (ROOT / "CITATION.cff").read_text()
