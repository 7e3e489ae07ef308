"""The life of an invoice against its table, in the code and in the documentation."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.emulator.builders import refund, submitted
from vercel_marketplace import VercelConflictError
from vercel_marketplace.emulator.api.invoice_lifecycle import FALL_OVERDUE, TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"


class Life:
    """The first invoice of an emulator, and all that can be done to it."""

    def __init__(self, emulator, marketplace):
        self.emulator = emulator
        self._marketplace = marketplace

    @property
    def state(self):
        """The state by the clock."""
        return self.emulator.invoices["inv_1"].state

    def do(self, trigger):
        """Pull a trigger."""
        match trigger:
            case "schedule":
                self.emulator.invoices.schedule(
                    "inv_1", self.emulator.clock.now() + timedelta(days=9)
                )
            case "send":
                self.emulator.clock.advance(seconds=1)
            case "fall overdue":
                self.emulator.clock.advance(days=15)
            case "decline":
                self.emulator.invoices.decline_payment("inv_1")
            case "pay":
                self.emulator.invoices.pay("inv_1")
            case "request refund":
                self._marketplace.update_invoice(invoice_id="inv_1", request_body=refund("1.00"))
            case "complete refund":
                self.emulator.invoices.complete_refund("inv_1")


WAYS = {
    "pending": [],
    "scheduled": ["schedule"],
    "invoiced": ["send"],
    "notpaid": ["decline"],
    "overdue": ["fall overdue"],
    "paid": ["pay"],
    "refund_requested": ["request refund"],
    "refunded": ["request refund", "complete refund"],
}
DONE = [row for row in TRANSITIONS if row.by != "time" and row.sources]


@pytest.fixture
def life(emulator, marketplace, request):
    """An invoice in the state that the test asks for."""
    submitted(marketplace)
    life = Life(emulator, marketplace)
    for trigger in WAYS[request.param]:
        life.do(trigger)
    assert life.state == request.param
    return life


def test_the_table_knows_every_state():
    """Each state that an invoice can be brought into is the target of a row."""
    assert {row.target for row in TRANSITIONS} == set(WAYS)


@pytest.mark.parametrize("row", DONE, ids=lambda row: row.trigger)
@pytest.mark.parametrize("life", WAYS, indirect=True)
def test_what_is_done_to_an_invoice_follows_the_table(life, row):
    """From a source of its row a trigger leads to the target, from any other state nowhere."""
    before = life.state
    if before not in row.sources:
        with pytest.raises((ValueError, VercelConflictError)):
            life.do(row.trigger)
        assert life.state == before
        return

    life.do(row.trigger)

    # The 15 days of an overdue invoice are over, and time has the last word.
    is_late = before == "overdue" and row.target in FALL_OVERDUE.sources
    assert life.state == ("overdue" if is_late else row.target)


@pytest.mark.parametrize("life", WAYS, indirect=True)
def test_time_follows_the_table(life):
    """After 15 days and more, the sources of being overdue are overdue, and no other state."""
    before = life.state

    life.emulator.clock.advance(days=25)

    assert life.state == ("overdue" if before in FALL_OVERDUE.sources else before)


@pytest.mark.parametrize(
    "row", [row for row in TRANSITIONS if row.sources], ids=lambda row: row.trigger
)
def test_a_transition_sends_its_webhook(emulator, marketplace, row):
    """What happens to an invoice that was sent is told by the webhook of its row, if any."""
    submitted(marketplace)
    life = Life(emulator, marketplace)
    way = {"send": [], "schedule": [], "complete refund": ["send", "request refund"]}
    for trigger in way.get(row.trigger, ["send"]):
        life.do(trigger)
    types = []

    @emulator.webhooks.subscribe
    def receive(request):
        types.append(json.loads(request.content)["type"])

    life.do(row.trigger)

    assert types == ([f"marketplace.invoice.{row.webhook}"] if row.webhook else [])


def test_the_page_shows_the_table():
    """The table in the documentation is the one that the code reads."""
    section = PAGE.read_text().partition("An invoice and the clock")[2].partition("```")[0]
    rows = re.findall(r"^\| `([a-z ]+)` \| (.*) \|$", section, re.MULTILINE)
    assert [(trigger, *cells.split(" | ")) for trigger, cells in rows] == [
        (
            row.trigger,
            row.by,
            ", ".join(sorted(row.sources)) or "none",
            row.target,
            f"`marketplace.invoice.{row.webhook}`" if row.webhook else "none",
            "0.50 or more" if row.is_charge else "any",
        )
        for row in TRANSITIONS
    ]
