"""What a type checker accepts, the runtime accepts: values of classes of the user's own."""

import collections
import json
import subprocess
import sys
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import attrs
import pytest

from tests.operations import DAY, INVOICE, ITEM, exchange
from vercel_marketplace import SDKValidationError
from vercel_marketplace._internal.redaction import secret_values
from vercel_marketplace.models import (
    LineItem,
    ReplaceGlobalConfigRequest,
    ReplaceGlobalConfigRequestBody,
    Secret,
    SubmitInvoiceRequest,
    UpdateResourceSecretsRequestBody,
)

FROZEN_CLOCK = Path(__file__).with_name("frozen_clock.py")


@pytest.mark.parametrize("steps", ["lCRcr", "LcrCR", "CcRr", "cCrR", "RC"])
def test_a_frozen_clock_changes_nothing(steps):
    """Wherever a library that freezes the clock is active, calls and webhooks go on as ever."""
    command = [sys.executable, "-P", str(FROZEN_CLOCK), steps]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stderr


# Requests ----------------------------------------------------------------------------


class InvoiceLine(LineItem):
    """A line of the user's."""


@attrs.frozen(kw_only=True)
class NotedLine(LineItem):
    """A line that knows more than the API."""

    note: str = "only for us"


class InstrumentedList(list):
    """Such as an ORM's."""


class Moment(datetime):
    """Such as another library's."""


class Text(str):
    """A string of another class."""

    __slots__ = ()


class NotATime(datetime):
    """Such as `pandas.NaT`: a datetime by class, and none by what it does."""

    def utcoffset(self):
        raise ValueError


class Nowhere(tzinfo):
    """A zone that knows its offset only now and then."""

    def utcoffset(self, _moment):
        raise TypeError


def sent(operation_id, request):
    result, recorder = exchange(operation_id, request=request)
    result.unwrap()
    return json.loads(recorder.sent[0].content)


def sent_invoice(**changed):
    request = SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, **changed))
    return sent("submit-invoice", request)


def as_(model):
    """The usual line, of another class."""
    return model(**attrs.asdict(ITEM))


@pytest.mark.parametrize("model", [InvoiceLine, NotedLine])
@pytest.mark.parametrize("count", [1, 200])
def test_a_subclass_of_a_model_is_written_as_the_model(model, count):
    """A user's line goes out with what the API knows of it, among few as among many."""
    assert sent_invoice(items=[as_(model)] * count) == sent_invoice(items=[ITEM] * count)


def test_a_subclass_of_a_request_is_that_request():
    """A request class of the user's is taken for the operation's."""

    class Request(SubmitInvoiceRequest):
        pass

    assert sent("submit-invoice", Request("icfg_1", INVOICE)) == sent_invoice()


@pytest.mark.parametrize(
    "make",
    [InstrumentedList, collections.deque, collections.UserList, tuple],
    ids=lambda kind: kind.__name__,
)
@pytest.mark.parametrize("count", [0, 1, 200])
def test_any_sequence_is_a_list(make, count):
    """Whatever kind of sequence holds the lines, all of them are written in their order."""
    lines = [attrs.evolve(ITEM, name=str(number)) for number in range(count)]
    assert sent_invoice(items=make(lines)) == sent_invoice(items=lines)


@pytest.mark.parametrize(
    "items",
    [{ITEM}, "lines", b"lines", iter([ITEM]), {0: ITEM}],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_sequence_of_models_is_refused(items):
    """Sets, strings, iterators and mappings have no order, no items or no length."""
    request = SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, items=items))
    error = exchange("submit-invoice", request=request)[0].error
    assert isinstance(error, SDKValidationError)
    assert error.issues[0].path == "request_body.items"


@pytest.mark.parametrize(
    "data",
    [
        MappingProxyType({"a": MappingProxyType({"b": collections.deque([1])})}),
        collections.UserDict(a=collections.ChainMap({"b": (1,)})),
        {"a": {"b": range(1, 2)}},
    ],
    ids=["proxies", "users' dicts", "ranges"],
)
def test_any_mapping_is_an_object(data):
    """Whatever kind of mapping or sequence holds a configuration, it is written as JSON."""
    body = ReplaceGlobalConfigRequestBody(data=data)
    request = ReplaceGlobalConfigRequest("icfg_1", "res_1", body)
    assert sent("replace-global-config", request)["data"] == {"a": {"b": [1]}}


def test_leaves_of_other_classes_are_what_they_derive_from():
    """Strings, datetimes and amounts of a user's classes are written as the usual ones."""

    class Amount(Decimal):
        pass

    moment = Moment(2026, 10, 31, 12, 30, tzinfo=UTC)
    line = attrs.evolve(ITEM, name=Text(ITEM.name), price=Amount(ITEM.price))
    assert sent_invoice(invoice_date=moment, items=[line]) == sent_invoice(invoice_date=DAY)


def test_an_amount_that_shows_itself_with_a_currency_is_written_as_its_number():
    """However a class of amounts is printed, the API gets the plain decimal."""

    class Dollars(Decimal):
        def __format__(self, spec):
            return f"${super().__format__(spec)}"

    line = attrs.evolve(ITEM, price=Dollars("1E+2"))
    assert sent_invoice(items=[line])["items"][0]["price"] == "100"


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (NotATime(2026, 1, 1, tzinfo=UTC), "NotATime"),
        (datetime(2026, 1, 1, tzinfo=Nowhere()), "datetime"),
    ],
)
def test_a_datetime_that_is_none_is_refused_with_its_place(moment, name):
    """What only looks like a moment comes back as an issue, not as an unexpected error."""
    request = SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, invoice_date=moment))
    error = exchange("submit-invoice", request=request)[0].error
    assert error.message == (
        f"request_body.invoice_date: expected a timezone-aware datetime, got {name}"
    )


@pytest.mark.parametrize("make", [list, collections.deque, InstrumentedList])
def test_a_secret_is_found_in_any_sequence(make):
    """What hides a secret from errors must see into whatever holds it."""

    class Password(Secret):
        pass

    body = UpdateResourceSecretsRequestBody(secrets=make([Password(name="KEY", value="sesame")]))
    assert list(secret_values(body)) == ["sesame"]
