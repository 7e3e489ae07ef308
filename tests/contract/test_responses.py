"""Answers become values or errors: the recorded successes, errors, oddities and redirects."""

import base64
import json
from datetime import datetime
from itertools import cycle

import attrs
import pytest

from tests.contract.reading import contract, snake
from tests.fakes import json_response
from tests.operations import OPERATIONS, exchange
from vercel_marketplace import (
    Headers,
    HTTPResponse,
    ResponseValidationError,
    SDKError,
    VercelBadRequestError,
    VercelConflictError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
    VercelPreconditionFailedError,
    VercelRateLimitError,
    VercelServerError,
    VercelUnauthorizedError,
    VercelUnprocessableError,
)
from vercel_marketplace.errors import RateLimit
from vercel_marketplace.models import ResourceSummary

CONTRACT = contract("responses.json")


def answer_of(reply):
    """The response that a recorded reply makes, with its content encoding undone."""
    status, headers = reply.get("status", 200), Headers(reply.get("headers", {}))
    if "huge_bytes" in reply:
        return json_response(reply["huge_base"] | {"padding": "x" * reply["huge_bytes"]}, status)
    if "json" in reply:
        return json_response(reply["json"], status)
    if "html" in reply:
        return HTTPResponse(
            status, headers=Headers({"content-type": "text/html"}), content=reply["html"].encode()
        )
    content = base64.b64decode(reply.get("body_b64", "")) or reply.get("body", "").encode()
    return HTTPResponse(status, headers=headers, content=content)


IDS = {operation.openapi_id: id_ for id_, operation in OPERATIONS.items()}

# Successes ---------------------------------------------------------------------------

SUCCESSES = [
    (IDS[operation["operation"]], case)
    for operation in CONTRACT["operations"]
    for case in operation["cases"]
]
UNDOCUMENTED = {"phone", "plan"}  # what the case "unknown fields added" adds


def flat(value):
    """A model's value as plain JSON with Python's names; what is `None` is left out."""
    if attrs.has(type(value)):
        fields = {a.name: flat(getattr(value, a.name)) for a in attrs.fields(type(value))}
        return {name: field for name, field in fields.items() if field is not None}
    return [flat(item) for item in value] if isinstance(value, list) else value


OPEN = {"metadata", "items"}  # objects of any JSON, which are kept as they are


def documented(json_value, kind_name=""):
    """The same of a recorded body: moments read, unknown and null fields left out."""
    if isinstance(json_value, dict):
        if kind_name in OPEN:
            return json_value
        return {
            snake(name): documented(value, name)
            for name, value in json_value.items()
            if value is not None and name not in UNDOCUMENTED
        }
    if isinstance(json_value, list):
        return [documented(item) for item in json_value]
    is_moment = kind_name.endswith(("At", "Date", "start", "end", "created", "updated"))
    if is_moment and isinstance(json_value, str):
        return datetime.fromisoformat(json_value)
    return json_value


@pytest.mark.parametrize(
    ("operation_id", "case"), SUCCESSES, ids=[f"{id_} {case['name']}" for id_, case in SUCCESSES]
)
def test_a_success_is_read_in_full(operation_id, case):
    """Every documented field of a success body is in the value, and nothing else is."""
    body = case.get("body")
    answer = HTTPResponse(case["status"]) if body is None else json_response(body, case["status"])
    result, _ = exchange(operation_id, answer)
    assert flat(result.unwrap()) == documented(body)
    assert result.response is answer


# Errors ------------------------------------------------------------------------------

CLASSES = {
    400: VercelBadRequestError,
    401: VercelUnauthorizedError,
    403: VercelForbiddenError,
    404: VercelNotFoundError,
    409: VercelConflictError,
    410: VercelGoneError,
    412: VercelPreconditionFailedError,
    418: SDKError,
    422: VercelUnprocessableError,
    429: VercelRateLimitError,
    500: VercelServerError,
    502: VercelServerError,
    503: VercelServerError,
    504: VercelServerError,
    599: VercelServerError,
}


# Each operation with one of the errors, and each error with one of the operations at least.
FAILURES = list(zip(OPERATIONS, cycle(CONTRACT["errors"]), strict=False))


def test_every_recorded_error_is_met():
    """No error is left out because there are fewer operations."""
    assert len(OPERATIONS) >= len(CONTRACT["errors"])


@pytest.mark.parametrize(
    ("operation_id", "entry"), FAILURES, ids=[f"{id_}-{entry['name']}" for id_, entry in FAILURES]
)
def test_an_error_is_of_its_class_and_says_all(operation_id, entry):
    """On every operation the status picks the class; code, message and body are the API's."""
    status, body = entry["status"], entry["body"]
    answer = json_response(body, status, x_vercel_id="iad1::1", **entry.get("headers", {}))
    error = exchange(operation_id, answer)[0].error
    assert type(error) is CLASSES[status]
    assert {
        "status_code": error.status_code,
        "code": error.code,
        "message": error.message,
        "body": json.loads(error.body),
        "request_id": error.request_id,
        "operation_id": error.operation_id,
        "attempts": error.attempts,
    } == {
        "status_code": status,
        "code": body["error"]["code"],
        "message": body["error"]["message"],
        "body": body,
        "request_id": "iad1::1",
        "operation_id": operation_id,
        "attempts": 1,
    }


def test_a_rate_limit_tells_how_long_to_wait():
    """The recorded 429 carries its Retry-After and the limit that its body reports."""
    (entry,) = (e for e in CONTRACT["errors"] if e["status"] == 429)
    answer = json_response(entry["body"], 429, **entry["headers"])
    error = exchange("get-invoice", answer)[0].error
    assert error.retry_after == 30
    assert error.limit == RateLimit(total=100, remaining=0, reset=1795380060)


ODD = {e["name"]: e["reply"] for e in CONTRACT["oddErrors"]} | {
    "large body, 20 kB": {
        "status": 400,
        "json": {"error": {"code": "bad_request", "message": "x" * 20_000}},
    }
}


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("code absent", None, "no code"),
        ("message absent", "bad_request", "Bad Request"),
        ("error is a string", "forbidden", "Forbidden"),
        ("OAuth style", "invalid_grant", "Code expired"),
        ("error is null", None, "Internal Server Error"),
        ("empty object", None, "Internal Server Error"),
        ("JSON array", None, "Internal Server Error"),
        ("no body, no content type", None, "Not Found"),
        ("empty body with JSON content type", None, "Internal Server Error"),
        ("HTML page", None, "Bad Gateway"),
        ("plain text", None, "FUNCTION_INVOCATION_TIMEOUT iad1::abc"),
        ("truncated JSON", None, "Internal Server Error"),
        ("invalid UTF-8", None, "Internal Server Error"),
        ("large body, 20 kB", "bad_request", "x" * 20_000),
        ("status 418", "teapot", "short and stout"),
        ("status 599", "x", "y"),
    ],
)
def test_an_odd_error_is_still_an_error_with_its_text(name, code, message):
    """Whatever an error's body is, the class is its status's and the body is kept as text."""
    answer = answer_of(ODD[name])
    error = exchange("get-invoice", answer)[0].error
    assert type(error) is CLASSES[answer.status_code]
    assert (error.code, error.message) == (code, message)
    assert error.body == answer.content.decode(errors="replace")


# Anomalies ---------------------------------------------------------------------------

ACCOUNT = {"url": "https://vercel.com/acme", "contact": None}
ANOMALIES = {(IDS[a["operation"]], a["name"]): a["reply"] for a in CONTRACT["anomalies"]}


def listed(**fields):
    """A list of the one resource that the anomalies have."""
    fields |= {"partner_id": "res_1", "internal_id": "store_1"}
    return {"resources": [ResourceSummary(name="Resource 1", product_id="iap_7kPq", **fields)]}


TAKEN = {
    ("get-account-info", "optional field null (name)"): {"name": None, "url": "u"},
    ("get-account-info", "JSON with a BOM"): ACCOUNT,
    ("get-account-info", "duplicate keys"): {"url": "second"},
    ("get-account-info", "lone surrogate escape"): {"url": "\ud800"},
    ("get-account-info", "__proto__ key"): {"url": "u", "contact": None},
    ("get-account-info", "content type application/json;charset=UTF-8"): ACCOUNT,
    ("get-account-info", "content type Application/JSON"): ACCOUNT,
    ("get-account-info", "body larger than 1 MB"): ACCOUNT,
    ("get-member", "unknown role"): {"role": "OWNER"},
    ("get-member", "role in lower case"): {"role": "admin"},
    ("get-invoice", "unknown state"): {"state": "void"},
    ("get-invoice", "discounts null"): {"discounts": None},
    ("get-invoice", "test null"): {"test": None},
    ("get-invoice", "big integer quantity"): {"invoice_id": "mi_3fJ2kQ"},
    ("create-event", "status 201 with a JSON body"): None,
    ("create-event", "status 201 with an HTML body"): None,
    ("create-event", "status 201 with truncated JSON"): None,
    ("update-invoice", "status 204 that carries a body"): None,
    ("rotate-installation-credential", "unknown token_type"): {"token_type": "Bearer"},
    ("get-integration-resources", "unknown status"): listed(status="archived"),
    ("get-integration-resources", "metadata with null"): listed(metadata={"a": None}),
    ("get-integration-resources", "metadata with an object"): listed(metadata={"a": {"b": 1}}),
    ("get-integration-resources", "metadata with a mixed list"): listed(metadata={"a": [1, "x"]}),
    ("get-global-config", "304 with an ETag"): None,
    ("get-global-config", "unknown purpose"): {"purpose": "other"},
    ("get-account-info", "status 201 instead of 200"): ACCOUNT,
    ("get-account-info", "status 202"): ACCOUNT,
    ("get-account-info", "status 206"): ACCOUNT,
    ("submit-invoice", "status 201 instead of 200"): {"invoice_id": "i"},
    ("create-event", "status 200 instead of 201, JSON body"): None,
    ("create-event", "status 204 instead of 201"): None,
    ("update-invoice", "status 200 instead of 204"): None,
}

# An optional field of another type: where it is, and the field that is left at its default.
SKIPPED = {
    ("get-invoice", "test as the string 'true'"): ("test", "test"),
    ("submit-invoice", "validationErrors with a number"): (
        "validation_errors[1]",
        "validation_errors",
    ),
    ("exchange-sso-token", "expires_in as a string"): ("expires_in", "expires_in"),
}

BROKEN = {
    ("get-account-info", "required field missing (url)"): "url",
    ("get-account-info", "required field null (url)"): "url",
    ("get-account-info", "required nullable field missing (contact)"): "contact",
    ("get-account-info", "required string is a number"): "url",
    ("get-account-info", "required string is an object"): "url",
    ("get-account-info", "contact is a string"): "contact",
    ("get-account-info", "contact without email"): "contact.email",
    ("get-account-info", "top level array"): "",
    ("get-account-info", "top level null"): "",
    ("get-account-info", "top level string"): "",
    ("get-account-info", "empty body, JSON content type"): "",
    ("get-account-info", "status 204 instead of 200"): "",
    ("get-account-info", "truncated JSON"): "",
    ("get-account-info", "JSON with NaN"): "",
    ("get-account-info", "invalid UTF-8 in a string"): "",
    ("get-member", "role missing"): "role",
    ("get-invoice", "quantity is a numeric string"): "items[0].quantity",
    ("get-invoice", "quantity is not a number"): "items[0].quantity",
    ("get-invoice", "quantity missing"): "items[0].quantity",
    ("get-invoice", "items missing"): "items",
    ("get-invoice", "items null"): "items",
    ("get-invoice", "total as a number"): "total",
    ("get-invoice", "quantity 1e400"): "items[0].quantity",
    ("get-invoice", "period missing"): "period",
    ("exchange-sso-token", "id_token missing"): "id_token",
    ("get-integration-resources", "resources null"): "resources",
    ("get-global-config", "items missing"): "items",
}

UNEXPECTED = {
    ("get-account-info", "no content type"): "content type (none)",
    ("get-account-info", "content type application/vnd.api+json"): "content type",
    ("get-account-info", "content type text/json"): "content type (text/json)",
    ("get-account-info", "content type text/plain, JSON body"): "content type (text/plain)",
    ("get-account-info", "HTML with status 200"): "content type (text/html)",
    ("get-account-info", "status 304"): "redirect",
    ("get-account-info", "status 300, no location"): "redirect",
}


def answered(key):
    operation_id, _ = key
    return exchange(operation_id, answer_of(ANOMALIES[key]))[0]


def test_every_recorded_anomaly_is_decided():
    """The tables name each recorded anomaly once."""
    assert sorted([*TAKEN, *SKIPPED, *BROKEN, *UNEXPECTED]) == sorted(ANOMALIES)


@pytest.mark.parametrize("key", TAKEN, ids=" / ".join)
def test_an_answer_that_only_says_more_is_taken(key):
    """Unknown members, null for optional fields, odd spellings and bodies of 201 do no harm."""
    value = answered(key).unwrap()
    expected = TAKEN[key]
    seen = None if value is None else {name: getattr(value, name) for name in expected}
    assert seen == expected


def test_a_large_integer_keeps_every_digit():
    """A quantity beyond what a double can tell apart is read as it was written."""
    value = answered(("get-invoice", "big integer quantity")).unwrap()
    assert value.items[0].quantity == 12_345_678_901_234_567_890


@pytest.mark.parametrize("key", SKIPPED, ids=" / ".join)
def test_an_optional_field_of_another_type_is_skipped(key):
    """A success stays one, without the field, and says which one that is."""
    place, field = SKIPPED[key]
    result = answered(key)
    assert [issue.path for issue in result.issues] == [place]
    assert getattr(result.value, field) is None


@pytest.mark.parametrize("key", BROKEN, ids=" / ".join)
def test_an_answer_that_breaks_the_contract_names_the_place(key):
    """A success that cannot be read is an error with the place and the raw value."""
    error = answered(key).error
    answer = answer_of(ANOMALIES[key])
    assert isinstance(error, ResponseValidationError)
    assert [issue.path for issue in error.issues] == [BROKEN[key]]
    assert (error.status_code, error.body) == (answer.status_code, answer.text)
    try:
        raw = json.loads(answer.content, parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        raw = answer.text
    assert error.raw_value == raw


@pytest.mark.parametrize("key", UNEXPECTED, ids=" / ".join)
def test_an_undocumented_success_is_an_error(key):
    """A 3xx, or another content type than the documented one, is an `SDKError`."""
    error = answered(key).error
    answer = answer_of(ANOMALIES[key])
    assert type(error) is SDKError
    assert (error.status_code, error.body) == (answer.status_code, answer.text)
    assert UNEXPECTED[key] in error.message


# Each operation with one of the redirects, and each redirect with two or three operations.
STATUSES = [300, 301, 302, 303, 305, 307, 308, 399]
REDIRECTS = [*zip(OPERATIONS, cycle(STATUSES), strict=False), ("get-invoice", 304)]


@pytest.mark.parametrize(("operation_id", "status"), REDIRECTS)
def test_a_redirect_is_never_followed(operation_id, status):
    """Any 3xx that is no documented success is an `SDKError`; no second request is sent."""
    answer = HTTPResponse(status, headers=Headers({"location": "https://elsewhere.example/"}))
    result, recorder = exchange(operation_id, answer, retries=None)
    assert type(result.error) is SDKError
    assert result.error.status_code == status
    assert len(recorder.sent) == 1
