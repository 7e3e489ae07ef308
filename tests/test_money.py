"""The proof that money is safe: every operation, over connections that lose responses.

The operations are those of the emulator's table, so that a new one cannot be left out: it
fails here until it has an example.
"""

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.operations import CASES, invoice_of
from vercel_marketplace import (
    BackoffStrategy,
    Ok,
    RequestTimeoutError,
    RetryConfig,
    VercelConflictError,
    VercelNotFoundError,
    VercelServerError,
    errors,
)
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.api.router import ROUTES

AGAIN = RetryConfig(backoff=BackoffStrategy(initial_interval=0))
NOTE = "An earlier attempt of this call may have been accepted."
RETRIES = Path(__file__).parents[1] / "docs" / "retries.md"

OPERATIONS = {route.operation.id: route.operation for route in ROUTES}
QUIET = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
# The way that costs least, for what is the same on all of them.
BLOCKING = pytest.mark.parametrize("way", ["blocking"], indirect=True)

LOSSES = {
    "dropped": lambda emulator, name, times: emulator.faults.drop(name, when="after", times=times),
    "too late": lambda emulator, name, times: emulator.faults.delay(name, 99, times=times),
}


class Outcome:
    """What a call on a faulty connection came to, and what it left behind."""

    def __init__(self, way, name, *, lose=None, times=1, request=None, **settings):
        self.emulator = Emulator()
        self.request = (request or CASES[name].prepare)(self.emulator)
        if lose is not None:
            lose(self.emulator, name, times)
        settings = {"retries": AGAIN, **settings}
        transport = self.emulator.transport()
        module = name.replace("-", "_")
        call = getattr(import_module(f"vercel_marketplace.funcs.{module}"), f"marketplace_{module}")

        async def story():
            token = self.emulator.token
            async with way.core(bearer_token=token, transport=transport, **settings) as core:
                return await call(core, self.request)

        self.result = way.run(story)
        self.idempotent = OPERATIONS[name].is_idempotent(self.request)

    @property
    def arrived(self):
        """How many requests came in."""
        return len(self.emulator.requests)


# Losing one response or all of them is the same on every way; losing differs by way and by kind.
LOST = [
    ("asyncio", "dropped", 1),
    ("trio", "too late", 99),
    ("blocking", "dropped", 1),
    ("blocking", "dropped", 99),
    ("blocking", "too late", 1),
    ("blocking", "too late", 99),
]


@QUIET
@pytest.mark.parametrize(("way", "kind", "times"), LOST, indirect=["way"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_lost_answer_changes_nothing(way, name, kind, times):
    """What is there after lost responses is what one request leaves: nothing exists twice."""
    undisturbed = Outcome(way, name)
    disturbed = Outcome(way, name, lose=LOSSES[kind], times=times)
    assert isinstance(undisturbed.result, Ok)
    assert (
        disturbed.emulator._store.state.installations
        == undisturbed.emulator._store.state.installations
    )
    assert (
        disturbed.emulator._store.state.integration == undisturbed.emulator._store.state.integration
    )


@QUIET
@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("asyncio", "dropped"),
        ("trio", "dropped"),
        ("blocking", "dropped"),
        ("blocking", "too late"),
    ],
    indirect=["way"],
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_may_not_be_sent_twice_arrives_once(way, name, kind):
    """A request goes out again after a lost response only where the operation says it may."""
    lost = Outcome(way, name, lose=LOSSES[kind])
    assert lost.arrived == (2 if lost.idempotent else 1)
    if not lost.idempotent:
        error = lost.result.error
        assert isinstance(error, errors.ConnectionError | RequestTimeoutError)
        assert (error.attempts, error.request_sent) == (1, True)


DELETIONS = [name for name, operation in OPERATIONS.items() if operation.method == "DELETE"]


@QUIET
@BLOCKING
@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in DELETIONS])
def test_what_is_sent_again_succeeds(way, name):
    """The retry of what may be sent twice has the response that the first one had."""
    lost = Outcome(way, name, lose=LOSSES["dropped"])
    assert lost.result.ok is lost.idempotent


@BLOCKING
@pytest.mark.parametrize("name", DELETIONS)
def test_a_deletion_that_is_sent_again_finds_nothing(way, name):
    """The retry of a deletion that arrived is a 404, and the error says of what."""
    error = Outcome(way, name, lose=LOSSES["dropped"]).result.error
    assert isinstance(error, VercelNotFoundError)
    assert (error.attempts, error.__notes__) == (2, [NOTE])


@BLOCKING
def test_a_read_that_is_sent_again_has_no_note(way):
    """Nobody needs to know whether an earlier attempt to read was accepted."""
    lost = Outcome(way, "get-account-info", lose=LOSSES["dropped"], times=3)
    assert (lost.result.error.attempts, hasattr(lost.result.error, "__notes__")) == (3, False)


@QUIET
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_server_error_is_no_leave_to_repeat(way, name):
    """A 504 may hide a success, so what may not be sent twice is not."""
    failed = Outcome(way, name, lose=lambda e, op, times: e.faults.fail(op, status=504))
    assert failed.arrived == (2 if failed.idempotent else 1)
    if not failed.idempotent:
        assert isinstance(failed.result.error, VercelServerError)


@QUIET
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_was_never_sent_is_sent_again(way, name):
    """A connection that was refused took nothing along, so every operation is tried again."""
    refused = Outcome(way, name, lose=lambda e, op, times: e.faults.drop(op, when="connecting"))
    assert refused.result.ok
    assert refused.arrived == 1


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_an_invoice_with_an_external_id_says_what_happened(way, lose):
    """The retry is refused as a duplicate, and the error says whose duplicate it is."""
    lost = Outcome(way, "submit-invoice", lose=lose, request=lambda e: invoice_of(e, "acme-1"))
    error = lost.result.error
    assert isinstance(error, VercelConflictError)
    assert (error.attempts, error.__notes__) == (2, [NOTE])
    assert [invoice.external_id for invoice in lost.emulator.invoices.values()] == ["acme-1"]


def test_an_invoice_that_breaks_off_on_its_way_back_is_one_invoice(way):
    """A response of which only a part comes is a lost one."""
    cut = Outcome(way, "submit-invoice", lose=lambda e, op, times: e.faults.truncate(op))
    assert cut.result.error.request_sent is True
    assert (cut.arrived, len(cut.emulator.invoices)) == (1, 1)


@pytest.mark.parametrize("name", ["update-invoice", "submit-invoice"])
def test_only_retry_unsafe_sends_money_twice(way, name):
    """The one setting that gives up the promise does: these tests can tell the difference."""
    unsafe = RetryConfig(backoff=BackoffStrategy(initial_interval=0), retry_non_idempotent=True)
    assert Outcome(way, name, lose=LOSSES["dropped"], retries=unsafe).arrived == 2


@QUIET
@BLOCKING
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_page_on_retries_says_what_happens(way, name):
    """`docs/retries.md` says for each operation what happens when the response is lost."""
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", RETRIES.read_text(), re.MULTILINE)
    said = dict(rows)[name.replace("-", "_")].rpartition("otherwise ")[-1]
    lost = Outcome(way, name, lose=LOSSES["dropped"])
    if lost.result.ok:
        happened = "retried, succeeds"
    elif isinstance(lost.result.error, VercelNotFoundError):
        happened = "retried, not found"
    else:
        happened = "not retried"
    assert said == happened
