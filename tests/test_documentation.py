"""Runs every Python example of README, docs and docstrings, and holds tables against the code.

A page's examples share one namespace and run from top to bottom, with `await` allowed as in
`python -m asyncio`. A test that a page shows is run as pytest would run it. A client that brings
no transport of its own gets an emulator's.
"""

import ast
import asyncio
import inspect
import logging
import re
from importlib import import_module
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.evaluators.python import PythonEvaluator, pad
from sybil.parsers.markdown import CodeBlockParser

import vercel_marketplace
from scripts.extract_examples import extract
from vercel_marketplace import InvalidRequestError, SyncVercel, funcs, models
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.testing import fresh_emulator

ROOT = Path(__file__).parents[1]
PACKAGE = Path(vercel_marketplace.__file__).parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"

FUNCTIONS = {
    name: getattr(funcs, name) for name in funcs.__all__ if name.startswith("marketplace_")
}


def with_examples(paths):
    return [path for path in sorted(paths) if "```python\n" in path.read_text()]


PAGES = with_examples([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
MODULES = with_examples(PACKAGE.rglob("*.py"))


class Evaluator(PythonEvaluator):
    """Python, `await` at the top level, and tests that take the fixture."""

    def __call__(self, example):
        known = set(example.namespace)
        source = pad(example.parsed, example.line + example.parsed.line_offset)
        code = compile(
            source, example.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
        )
        pending = eval(code, example.namespace)
        if inspect.iscoroutine(pending):
            asyncio.run(pending)
        for name in example.namespace.keys() - known:
            if name.startswith("test_"):
                with fresh_emulator() as emulator:
                    example.namespace[name](marketplace_emulator=emulator)


SYBIL = Sybil([CodeBlockParser("python", Evaluator())])


class Acme(Emulator):
    """An emulator with the ids that docstrings name."""

    installation_id = "icfg_1"

    def __init__(self):
        super().__init__()
        moment = self.clock.now()
        item = models.LineItem(
            billing_plan_id="pro", name="Pro", price=1, quantity=1, units="month", total=1
        )
        body = models.SubmitInvoiceRequestBody(
            invoice_date=moment, period=models.Period(start=moment, end=moment), items=[item]
        )
        with SyncVercel(bearer_token=self.token, transport=self.transport()) as vercel:
            vercel.marketplace.submit_invoice(
                integration_configuration_id=self.installation_id, request_body=body
            )


@pytest.fixture
def marketplace(monkeypatch):
    """The emulator that a client without a transport talks to."""
    emulator = Acme()
    transport = emulator.transport()
    monkeypatch.setattr(TransportHandle, "_get_or_make", lambda self: self._get() or transport)
    monkeypatch.delenv("VERCEL_TOKEN", raising=False)
    return emulator


@pytest.fixture
def _logging_as_it_was():
    log = logging.getLogger("vercel_marketplace")
    level, handlers = log.level, list(log.handlers)
    yield
    log.setLevel(level)
    log.handlers[:] = handlers


def run(path, names):
    document = SYBIL.parse(path)
    document.namespace.update(names)
    examples = list(document.examples())
    for example in examples:
        example.evaluate()
    return len(examples)


@pytest.mark.usefixtures("_logging_as_it_was")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_of_a_page_run(path, monkeypatch):
    """The examples of a page run in order, and need nothing that the page does not show."""
    monkeypatch.delenv("VERCEL_TOKEN", raising=False)

    assert run(path, {}) == len(re.findall(r"^ *```python$", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_of_docstrings_run(path, marketplace):
    """The examples in a module's docstrings run, given a token and the names they use."""
    public = {name: getattr(vercel_marketplace, name) for name in vercel_marketplace.__all__}
    names = public | vars(models) | FUNCTIONS
    names |= {
        "attrs": import_module("attrs"),
        "core": vercel_marketplace.VercelCore(bearer_token=marketplace.token),
        "current": lambda: "00-1-2-01",
        "emulator": marketplace,
        "token": marketplace.token,
    }

    assert run(path, names) > 0


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.stem)
def test_the_code_of_a_page_is_no_wider_than_the_page(path):
    """A block of code, and a program that a page includes, has no line of more than 88 columns."""
    shown = []
    for head, code in re.findall(r"(?ms)^ *```(.*?)\n(.*?)^ *```", path.read_text()):
        if head.startswith("{literalinclude}") and ":language: python" in code:
            shown += (path.parent / head.split()[1]).read_text().splitlines()
        elif not head.startswith("{eval-rst}"):
            shown += code.splitlines()

    assert not [line for line in shown if len(line) > 88]


PAGE = """# A page

```python
value = 1
```

```shell
ls
```

```python
await call(value)
```
"""


def test_the_module_of_a_page_keeps_the_line_numbers():
    """Type checkers see each example on the line that it has on its page."""
    lines = extract(PAGE).splitlines()

    assert (lines[3], lines[11]) == ("    value = 1", "    await call(value)")
    assert not any(lines[4:11])


def test_the_module_of_a_page_is_a_valid_module():
    """A page that awaits outside of a function becomes the body of an async one."""
    compile(extract(PAGE), "page", "exec", dont_inherit=True)
    assert "async def" not in extract(PAGE.replace("await ", ""))


def test_a_page_without_examples_has_no_module():
    """Nothing is made for a page that shows no Python."""
    assert extract("# A page\n\n```shell\nls\n```\n") is None


def test_the_readme_quotes_the_error_for_a_missing_token(marketplace):
    """The text that README explains is that of a client without a token."""
    with SyncVercel() as vercel, pytest.raises(InvalidRequestError) as caught:
        vercel.marketplace.get_account_info(integration_configuration_id="icfg_1")

    assert f"InvalidRequestError: {caught.value}\n" in README.read_text()


def test_the_test_that_readme_shows_is_a_whole_file():
    """README's test runs by itself, without a name from the examples before it."""
    (shown,) = (
        example for example in SYBIL.parse(README).examples() if "def test_" in example.parsed
    )
    (name,) = re.findall(r"def (test_\w+)", shown.parsed)
    alone = {"__name__": "shown"}
    exec(compile(str(shown.parsed), README, "exec", dont_inherit=True), alone)

    with fresh_emulator() as emulator:
        alone[name](marketplace_emulator=emulator)
    assert len(emulator.requests) == 1


def declared_retry(function):
    """What an operation declares, in the words of the table."""
    idempotent = inspect.getmodule(function).OPERATION.idempotent
    if callable(idempotent):
        return "with `external_id`"
    return "yes" if idempotent else "no"


def test_the_table_of_retries_says_what_the_operations_declare():
    """`docs/retries.md` has each operation once, with what it declares about retries."""
    table = (DOCS / "retries.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)

    assert dict(rows) == {
        name.removeprefix("marketplace_"): declared_retry(function)
        for name, function in FUNCTIONS.items()
    }
    assert len(rows) == len(FUNCTIONS)
