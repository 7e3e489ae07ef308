"""Requests become bytes: bodies, money, moments, headers, URLs; what cannot is refused."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qsl

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.generated import values
from tests.contract.reading import from_json
from tests.operations import INVOICE, ITEM, OPERATIONS, REQUESTS, exchange
from vercel_marketplace import (
    Hooks,
    InvalidRequestError,
    RequestOptions,
    SDKValidationError,
    VercelCore,
)
from vercel_marketplace._internal.request import encode_body
from vercel_marketplace._internal.urls import split_server_url
from vercel_marketplace.models import (
    LineItem,
    SubmitInvoiceRequest,
    UpdateInvoiceRequestBody,
    UpdateResourceSecretsRequestBody,
)

WITH_BODY = [id_ for id_, operation in OPERATIONS.items() if operation.body]
WITH_FORM = [id_ for id_ in WITH_BODY if "form" in OPERATIONS[id_].media_type]


def invoice(**changed):
    return SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, **changed))


def sent_invoice(**changed):
    result, recorder = exchange("submit-invoice", request=invoice(**changed))
    result.unwrap()
    return json.loads(recorder.sent[0].content)


def refused_invoice(**changed):
    result, recorder = exchange("submit-invoice", request=invoice(**changed))
    assert isinstance(result.error, SDKValidationError)
    assert recorder.sent == []
    return result.error


# Bodies ------------------------------------------------------------------------------


@pytest.mark.parametrize("operation_id", WITH_FORM)
@given(data=st.data())
def test_a_form_says_what_the_request_does(operation_id, data):
    """Read back as a form, a request's body has each of its fields once, whatever is in them."""
    operation = OPERATIONS[operation_id]
    request = data.draw(values(operation.request))
    content = encode_body(operation, request)
    pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert pairs == [*attrs.asdict(request).items()]


@pytest.mark.parametrize("operation_id", WITH_FORM)
def test_a_form_is_checked_before_it_is_sent(operation_id):
    """A field that is not a string is named, and nothing is sent."""
    request = attrs.evolve(REQUESTS[operation_id], client_id=7)
    result, recorder = exchange(operation_id, request=request)
    assert [issue.path for issue in result.error.issues] == ["client_id"]
    assert recorder.sent == []


@pytest.mark.parametrize("operation_id", [id_ for id_ in WITH_BODY if id_ not in WITH_FORM])
@given(data=st.data())
def test_a_body_says_what_the_request_does(operation_id, data):
    """Read back from its bytes, a request's body equals the request."""
    operation = OPERATIONS[operation_id]
    request = REQUESTS[operation_id]
    if operation.body == "*":
        kind = operation.request
        body = request = data.draw(values(kind))
    else:
        (kind,) = (a.type for a in attrs.fields(operation.request) if a.name == operation.body)
        body = data.draw(values(kind))
        request = attrs.evolve(request, **{operation.body: body})
    content = encode_body(operation, request)
    assert from_json(kind, json.loads(content) if content else None) == body


def test_optional_fields_are_left_out():
    """What is `None` is not written, for the API tells null from nothing."""
    assert sent_invoice().keys() == {"invoiceDate", "period", "items"}


def test_empty_texts_lists_and_false_are_written():
    """Only `None` stands for nothing."""
    assert (
        sent_invoice(memo="", discounts=[], final=False).items()
        >= {
            "memo": "",
            "discounts": [],
            "final": False,
        }.items()
    )


def test_a_list_may_be_a_tuple():
    """Any of Python's plain sequences is written as a JSON list."""
    assert len(sent_invoice(items=(ITEM, ITEM))["items"]) == 2


def test_text_is_written_as_utf8():
    """Text goes out as it is, not escaped to ASCII."""
    _, recorder = exchange("submit-invoice", request=invoice(memo="Grüße 漢字"))
    assert "Grüße 漢字".encode() in recorder.sent[0].content


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_another_operations_request_is_refused(operation_id):
    """A request of the wrong class is named, and nothing is sent."""
    wrong = REQUESTS["get-member" if operation_id != "get-member" else "get-invoice"]
    result, recorder = exchange(operation_id, request=wrong)
    expected = OPERATIONS[operation_id].request.__name__
    assert result.error.message == f"request: expected {expected}, got {type(wrong).__name__}"
    assert recorder.sent == []


# Money -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("36.00", "36.00"),
        ("<value>", "<value>"),
        (Decimal("36.00"), "36.00"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0.00"), "0.00"),
        (Decimal(0), "0"),
        (Decimal("12345678901234567890.01"), "12345678901234567890.01"),
        (36, "36"),
        (0, "0"),
        (10**20, "100000000000000000000"),
    ],
)
def test_money_is_a_decimal_string(amount, text):
    """Text stays as it is; `Decimal` and `int` are written in full, without exponent."""
    (item,) = sent_invoice(items=[attrs.evolve(ITEM, price=amount)])["items"]
    assert item["price"] == text


ODD = "a Decimal that is not finite, or has too many digits"


@pytest.mark.parametrize(
    ("amount", "name"),
    [
        (36.0, "float"),
        (math.nan, "float"),
        (True, "bool"),
        (None, "None"),
        (Decimal("NaN"), ODD),
        (Decimal("sNaN"), ODD),
        (Decimal("Infinity"), ODD),
        (Decimal("1E+1000000"), ODD),
        (Decimal("1E-1000000"), ODD),
        (10**1000, "too large an int"),
        (b"36.00", "bytes"),
    ],
    ids=str,
)
def test_what_is_no_money_is_refused(amount, name):
    """A float above all: it is named by its place and what it is, and nothing is sent."""
    error = refused_invoice(items=[ITEM, attrs.evolve(ITEM, total=amount)])
    assert error.message == (
        "request_body.items[1].total: "
        f"expected an amount as a decimal string, Decimal or int, got {name}"
    )


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=6))
def test_money_never_changes_its_amount(amount):
    """The string of a `Decimal` is worth what the `Decimal` is, without exponent."""
    text = UpdateInvoiceRequestBody(action="refund", reason="r", total=amount).total
    assert Decimal(text) == amount
    assert "E" not in text


# Moments -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), "2026-10-31T23:59:59.000Z"),
        (
            datetime(2026, 10, 31, 1, 30, tzinfo=timezone(timedelta(hours=2))),
            "2026-10-30T23:30:00.000Z",
        ),
        (
            datetime(2026, 10, 31, 20, 0, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
            "2026-11-01T01:30:00.000Z",
        ),
        (datetime(2026, 10, 31, 0, 0, 0, 999_999, tzinfo=UTC), "2026-10-31T00:00:00.999Z"),
        (datetime(2026, 10, 31, 0, 0, 0, 999, tzinfo=UTC), "2026-10-31T00:00:00.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_moment_goes_out_in_utc_with_milliseconds(moment, text):
    """Offsets are converted; what is finer than milliseconds is cut, never rounded up."""
    assert sent_invoice(invoice_date=moment)["invoiceDate"] == text


BEYOND = "one beyond what UTC can express"


@pytest.mark.parametrize(
    ("moment", "what"),
    [
        (datetime(2026, 10, 31), "a naive datetime; give it a tzinfo"),  # noqa: DTZ001 (it is the point)
        (datetime(2026, 10, 31, tzinfo=UTC).date(), "date"),
        ("2026-10-31T00:00:00Z", "str"),
        (1793404800, "int"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), BEYOND),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), BEYOND),
    ],
    ids=str,
)
def test_what_is_no_certain_moment_is_refused(moment, what):
    """A datetime without a zone, or that UTC cannot express, is named with its place."""
    error = refused_invoice(invoice_date=moment)
    assert error.issues[0].path == "request_body.invoice_date"
    assert error.issues[0].message == f"expected a timezone-aware datetime, got {what}"


# Headers and tokens ------------------------------------------------------------------


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_bearer_token_is_sent_where_there_is_one(operation_id):
    """Every operation carries the token, but those that exchange a code never do."""
    options = RequestOptions(bearer_token="tok_2", headers={"x-mine": "1"})
    _, recorder = exchange(operation_id, options=options)
    headers = recorder.sent[0].headers
    exchanges = {"exchange-sso-token", "exchange-oauth-code"}
    expected = None if operation_id in exchanges else "Bearer tok_2"
    assert (headers.get("authorization"), headers["x-mine"]) == (expected, "1")


def test_the_sso_exchange_drops_an_authorization_of_the_users():
    """Not even a header of the call brings a token into the SSO exchange."""
    options = RequestOptions(headers={"Authorization": "Bearer tok_2"})
    _, recorder = exchange("exchange-sso-token", options=options)
    assert "authorization" not in recorder.sent[0].headers


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"x y": "1"}, "invalid header name"),
        ({"": "1"}, "invalid header name"),
        ({"x-mine\r\n": "1"}, "invalid header name"),
        ({5: "1"}, "invalid header name"),
        ({"x-mine": "1\r\nhost: evil"}, "value of x-mine"),
        ({"x-mine": "naïve"}, "value of x-mine"),
        ({"x-mine": "1\n"}, "value of x-mine"),
        ({"x-mine": 1}, "value of x-mine"),
        ({"x-mine": "1 "}, "without white space at either end"),
        ({"x-mine": "\t1"}, "without white space at either end"),
        ({"Authorization": "Bearer tok_1 "}, "without white space at either end"),
        ({"Host": "evil"}, "Host is set by the transport"),
        ({"Content-Length": "0"}, "Content-Length is set by the transport"),
        ({"transfer-encoding": "chunked"}, "transfer-encoding is set by the transport"),
    ],
    ids=str,
)
def test_a_header_that_can_not_be_sent_is_refused(headers, text):
    """A header that would break or smuggle a request comes back as an error that names it."""
    result, recorder = exchange("get-member", options=RequestOptions(headers=headers))
    assert isinstance(result.error, InvalidRequestError)
    assert text in result.error.message
    assert recorder.sent == []


@pytest.mark.parametrize("token", ["tok\r\nx: 1", "tök", "tok\0", "tok\x7f"], ids=ascii)
def test_a_token_that_no_header_can_hold_is_refused(token):
    """The error says what is wrong with a token, and does not show it."""
    result, _ = exchange("get-member", bearer_token=token)
    assert isinstance(result.error, InvalidRequestError)
    assert "tok" not in result.error.message.replace("bearer_token", "")


def test_a_header_of_a_hook_that_can_not_be_sent_is_refused():
    """A token with white space at its end, from a hook, is neither sent nor shown."""

    def add_token(_context, request):
        token = {"authorization": "Bearer sesame "}
        return attrs.evolve(request, headers=request.headers | token)

    result, recorder = exchange("get-member", hooks=Hooks(before_request=[add_token]))
    assert isinstance(result.error, InvalidRequestError)
    assert (recorder.sent, result.error.__context__) == ([], None)
    assert "sesame" not in f"{result.error} {result.error!r}"


@pytest.mark.parametrize("value", ["", "a", "a b", "a\tb"])
def test_a_header_may_have_space_inside(value):
    """What RFC 9110 allows in a value is sent as it is."""
    _, recorder = exchange("get-member", options=RequestOptions(headers={"x-mine": value}))
    assert recorder.sent[0].headers["x-mine"] == value


# Server URLs -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server_url", "parts"),
    [
        ("https://api.vercel.com", ("https://api.vercel.com", "")),
        ("https://h/", ("https://h", "")),
        ("http://h:8080/a/b//", ("http://h:8080/a/b", "")),
        ("http://[::1]:8080", ("http://[::1]:8080", "")),
        ("http://h/?x=1&y=a%20b", ("http://h", "?x=1&y=a%20b")),
        ("http://h/üß", ("http://h/%C3%BC%C3%9F", "")),
        ("http://h/v1/proxy", ("http://h/v1/proxy", "")),
    ],
)
def test_a_server_url_is_taken_apart(server_url, parts):
    """An operation's path goes between the base and the query."""
    assert split_server_url(server_url) == parts


@pytest.mark.parametrize(
    "server_url",
    [
        "",
        "api.vercel.com",
        "ftp://h",
        "http://h/a#fragment",
        "http://h/#",
        "https://",
        "http://[",
        "http://h:port",
        "/v1",
        5,
        b"http://h",
    ],
    ids=repr,
)
def test_what_is_no_server_url_is_refused(server_url):
    """It requires an absolute http or https URL."""
    with pytest.raises(InvalidRequestError, match="server_url"):
        split_server_url(server_url)


@pytest.mark.parametrize(
    "server_url",
    [
        "https://user:sesame@h",
        "https://sesame@h",
        "https://hö",
        "https://h%2esesame",
        "https://h,i",
    ],
)
def test_a_server_url_has_a_plain_host(server_url):
    """A password has no place in a URL, and is not shown in the error."""
    with pytest.raises(InvalidRequestError, match="no password") as caught:
        VercelCore(server_url=server_url)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "server_url",
    [
        "https://api.vercel.com\t.evil.com",
        "https://api.vercel.com\n",
        " https://api.vercel.com",
        "https://api.vercel.com\\@evil.com",
        "https://api.vercel.com\x00.evil.com",
        "https://api.vercel.com/a b",
        "https://api.vercel.com\u2028",
        "https://api.vercel.com/\x85",
    ],
    ids=ascii,
)
def test_a_server_url_is_not_repaired(server_url):
    """What one parser drops and another keeps must not send a token to another host."""
    with pytest.raises(InvalidRequestError, match="must not contain white space, control char"):
        VercelCore(server_url=server_url)


@pytest.mark.parametrize("server_url", ["https://h/v1", "https://h/v1/", "https://h/a/v2?key=1"])
def test_a_server_url_with_a_version_is_refused(server_url):
    """Each operation adds the version, so `/v1/v1` must not be asked for."""
    with pytest.raises(InvalidRequestError, match=r'must not end in "/v[12]"'):
        VercelCore(server_url=server_url)


def test_the_query_of_a_server_url_is_not_shown():
    """A query may be a key of a gateway, so the repr of a request hides it, and nothing else."""
    _, recorder = exchange("get-member", server_url="https://h/a?key=sesame")
    assert recorder.sent[0].url.endswith("?key=sesame")
    shown = repr(recorder.sent[0])
    assert "sesame" not in shown
    assert "url='https://h/a/v1/installations/icfg_1/member/user_1?***'" in shown
    plain = exchange("get-member")[1].sent[0]
    assert f"url={plain.url!r}" in repr(plain)


def test_a_wrong_server_url_of_one_call_comes_back_as_a_value():
    """The options of a call are judged like the client's, but nothing is raised."""
    result, recorder = exchange("get-member", options=RequestOptions(server_url="nowhere"))
    assert isinstance(result.error, InvalidRequestError)
    assert recorder.sent == []


@pytest.mark.parametrize("body", [None, UpdateResourceSecretsRequestBody(secrets=[])])
def test_a_content_type_comes_with_a_body(body):
    """A content type is sent exactly where there is a body it could speak of."""
    request = attrs.evolve(REQUESTS["update-resource-secrets-by-id"], request_body=body)
    _, recorder = exchange("update-resource-secrets-by-id", request=request)
    assert ("content-type" in recorder.sent[0].headers) is (body is not None)


def test_a_missing_argument_is_pythons_error():
    """A required field that is left out fails where the request is made."""
    with pytest.raises(TypeError, match="billing_plan_id"):
        LineItem(name="Compute", price="1", quantity=1, units="GB", total="1")
