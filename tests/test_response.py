"""Answers become values or errors: reading, waits, rate limits, echoed secrets."""

import json
import math
import re
import time
from datetime import UTC, datetime

import attrs
import pytest
from cattrs.errors import AttributeValidationNote, ClassValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.generated import values
from tests.fakes import TOKEN, json_response
from tests.operations import CASES, OPERATIONS, REQUESTS, SECRETS, exchange
from vercel_marketplace import (
    Headers,
    HTTPResponse,
    Ok,
    RequestOptions,
    ResponseValidationError,
    VercelRateLimitError,
)
from vercel_marketplace._internal.converter import _find_problems
from vercel_marketplace._internal.response import retry_after
from vercel_marketplace._internal.validation import write
from vercel_marketplace.errors import RateLimit
from vercel_marketplace.models import (
    AuthenticationSettings,
    ExperimentationSettings,
    Invoice,
    ProtocolSettings,
)

WITH_ANSWER = [id_ for id_, operation in OPERATIONS.items() if operation.response]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

INVOICE = {
    "invoiceId": "mi_1",
    "state": "paid",
    "invoiceDate": "2026-10-31T00:00:00Z",
    "period": {"start": "2026-10-01T00:00:00Z", "end": "2026-10-31T23:59:59Z"},
    "items": [],
    "total": "0",
    "created": "2026-11-01T00:00:00Z",
    "updated": "2026-11-01T00:00:00Z",
}
LINE = {
    "billingPlanId": "pro",
    "name": "Compute",
    "price": "1",
    "quantity": 1,
    "units": "h",
    "total": "1",
}
RESOURCE = {"id": "db_1", "internalId": "store_1", "name": "Data", "productId": "iap_1"}


# Reading -----------------------------------------------------------------------------


@pytest.mark.parametrize("operation_id", WITH_ANSWER)
@given(data=st.data())
def test_an_answer_is_read_as_it_was_written(operation_id, data):
    """Any value that a response class can hold comes back from its JSON."""
    operation = OPERATIONS[operation_id]
    value = data.draw(values(operation.response))
    answer = json_response(
        json.loads(write(operation.response, value).to_bytes()), operation.success
    )
    assert exchange(operation_id, answer)[0].unwrap() == value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-31T01:02:03.456Z", datetime(2026, 10, 31, 1, 2, 3, 456_000, tzinfo=UTC)),
        ("2026-10-31T01:02:03Z", datetime(2026, 10, 31, 1, 2, 3, tzinfo=UTC)),
        ("2026-10-31T03:02:03+02:00", datetime(2026, 10, 31, 1, 2, 3, tzinfo=UTC)),
        ("2026-10-31T01:02:03.456789Z", datetime(2026, 10, 31, 1, 2, 3, 456_789, tzinfo=UTC)),
        ("2026-10-31T01:02:03", datetime(2026, 10, 31, 1, 2, 3, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_aware_datetimes(text, moment):
    """ISO 8601 with or without milliseconds; one without a zone is in UTC."""
    value = exchange("get-invoice", json_response(INVOICE | {"created": text}))[0].unwrap()
    assert (value.created, value.created.tzinfo is None) == (moment, False)


@pytest.mark.parametrize(
    ("changed", "issue"),
    [
        ({"created": "yesterday"}, "created: expected an ISO 8601 timestamp"),
        ({"created": 1793404800}, "created: expected a timestamp, got int"),
        ({"period": []}, "period: expected an object, got list"),
        ({"items": {}}, "items: expected a list, got dict"),
        ({"items": "none"}, "items: expected a list, got str"),
        ({"items": None}, "items: expected a list, got None"),
        ({"state": None}, "state: expected a string, got None"),
    ],
)
def test_an_issue_of_an_answer_names_the_place(changed, issue):
    """What breaks the contract is named in Python's terms, with the type that came."""
    error = exchange("get-invoice", json_response(INVOICE | changed))[0].error
    assert isinstance(error, ResponseValidationError)
    assert list(map(str, error.issues)) == [issue]
    assert error.message == f"the response does not match the API schema: {issue}"


@pytest.mark.parametrize(
    ("changed", "issue", "raw_value"),
    [
        ({"paidAt": 5}, "paid_at: expected a timestamp, got int", 5),
        ({"paidAt": ""}, "paid_at: expected an ISO 8601 timestamp", ""),
        ({"test": 1}, "test: expected a boolean, got int", 1),
        ({"refundTotal": 1.5}, "refund_total: expected a string, got float", 1.5),
        ({"discounts": [5]}, "discounts[0]: expected an object, got int", [5]),
        (
            {"items": [LINE, LINE | {"details": [10**400]}]},
            "items[1].details: expected a string, got list",
            [10**400],
        ),
        (
            {"items": [LINE | {"start": 10**400, "end": None}]},
            "items[0].start: expected a timestamp, got int",
            10**400,
        ),
    ],
    ids=str,
)
def test_an_optional_field_of_the_wrong_type_is_skipped(changed, issue, raw_value):
    """A success stays one: the field is its default, and the issue has the value that came."""
    result, _ = exchange("get-invoice", json_response(INVOICE | changed))
    assert list(map(str, result.issues)) == [issue]
    assert result.issues[0].raw_value == raw_value
    given = {name: value for name, value in INVOICE.items() if name not in changed}
    items = [LINE] * len(changed.get("items", []))
    assert result.value == exchange("get-invoice", json_response(given | {"items": items}))[0].value


def test_the_innermost_optional_field_is_skipped():
    """What matches beside a wrong value stays, at every depth, and every issue is reported."""
    settings = {"experimentation": {"edgeConfigId": 5}, "authentication": {"appUrls": [{}]}}
    notification = {"level": "info", "href": 5}
    resource = RESOURCE | {"protocolSettings": settings, "notification": notification}
    result, _ = exchange("get-integration-resource", json_response(resource))
    assert {str(issue): issue.raw_value for issue in result.issues} == {
        "protocol_settings.experimentation.edge_config_id: expected a string, got int": 5,
        "protocol_settings.authentication.app_urls[0].url: a required field is missing": [{}],
        "protocol_settings.authentication.app_urls[0].target: a required field is missing": [{}],
        "notification.title: a required field is missing": notification,
        "notification.href: expected a string, got int": 5,
    }
    assert result.value.notification is None
    assert result.value.protocol_settings == ProtocolSettings(
        experimentation=ExperimentationSettings(), authentication=AuthenticationSettings()
    )


def test_an_issue_does_not_show_the_value_it_skipped():
    """The skipped value may be a secret, so neither `repr` nor `str` has it."""
    tokens = {"id_token": "t", "access_token": ["sesame"]}
    result, _ = exchange("exchange-sso-token", json_response(tokens))
    assert result.issues[0].raw_value == ["sesame"]
    assert "sesame" not in f"{result} {result!r} {result.issues} {result.issues[0]}"


def test_a_skipped_field_is_logged(caplog):
    """Who calls methods, which return the value alone, learns it from the log."""
    exchange("get-invoice", json_response(INVOICE | {"refundTotal": "s3", "paidAt": "sesame"}))
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage() == (
        "get-invoice (icfg_1): skipped in the response: paid_at: expected an ISO 8601 timestamp"
    )


def test_issues_stay_with_a_mapped_result():
    """`map` changes the value, and nothing else is lost."""
    result, _ = exchange("get-invoice", json_response(INVOICE | {"paidAt": 5}))
    assert result.map(str).issues == result.issues != ()


def test_a_null_status_is_no_status():
    """A null where an optional enum is open to new members means that there is none."""
    result, _ = exchange("get-integration-resource", json_response(RESOURCE | {"status": None}))
    assert (result.value.status, result.issues) == (None, ())


def test_an_exception_from_outside_is_not_an_issue():
    """What a signal handler raises while a response is read must not look like wrong JSON."""

    class Timeout(Exception):  # noqa: N818 (as Celery names it)
        pass

    stop = Timeout()
    stop.add_note(AttributeValidationNote("", "state", str))
    with pytest.raises(Timeout):
        list(_find_problems(ClassValidationError("", [stop], Invoice)))


# Successes ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_any_2xx_is_a_success(operation_id, status):
    """Whichever 2xx it is, the work was done; a body is read where one is documented."""
    operation = OPERATIONS[operation_id]
    response = attrs.evolve(CASES[operation_id].response, status_code=status)
    expected = CASES[operation_id].value
    assert exchange(operation_id, response)[0] == Ok(expected)
    assert (expected is None) is (operation.response is None)


@pytest.mark.parametrize("status", [200, 202, 204])
@pytest.mark.parametrize("operation_id", WITH_ANSWER)
def test_a_success_without_its_body_is_not_a_value(operation_id, status):
    """Nothing stands in for what was to be read, and the error says that the work was done."""
    error = exchange(operation_id, HTTPResponse(status))[0].error
    assert isinstance(error, ResponseValidationError)
    assert (error.status_code, error.may_have_taken_effect) == (status, True)
    assert "no body, although the request succeeded" in error.message


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_error_with_a_success_status_keeps_its_code(operation_id):
    """A 200 that holds an error and nothing else is no success, also where no body is read."""
    body = {"error": {"code": "conflict", "message": f"no {TOKEN}"}}
    error = exchange(operation_id, json_response(body))[0].error
    assert isinstance(error, ResponseValidationError)
    assert (error.code, error.may_have_taken_effect) == ("conflict", True)
    has_token = operation_id not in {"exchange-sso-token", "exchange-oauth-code"}
    assert ("no ***" in error.message) is has_token
    assert error.raw_value == body


@pytest.mark.parametrize("operation_id", ["submit-invoice", "update-invoice"])
def test_an_error_without_a_code_is_one(operation_id):
    """The message alone says that a refund or an invoice was refused."""
    error = exchange(operation_id, json_response({"error": {"message": "refused"}}))[0].error
    assert isinstance(error, ResponseValidationError)
    assert (error.code, error.may_have_taken_effect) == (None, True)


@pytest.mark.parametrize("body", [{}, {"error": None}, [], "error", {"message": "done"}], ids=str)
def test_a_body_that_nobody_asked_for_is_ignored(body):
    """Only an error in it says that a refund was not accepted."""
    assert exchange("update-invoice", json_response(body))[0] == Ok(None)


def test_an_error_beside_a_value_is_ignored():
    """Where what was asked for is there, a further property does not spoil it."""
    body = {"invoiceId": "mi_1", "error": {"code": "c", "message": "m"}}
    assert exchange("submit-invoice", json_response(body))[0].value.invoice_id == "mi_1"


def test_a_status_below_200_is_no_success():
    """A transport that hands on an interim response gets an error that says so."""
    error = exchange("get-invoice", HTTPResponse(102))[0].error
    assert error.message == "unexpected status; the documented success is 200"


def test_every_issue_of_an_answer_is_named():
    """One look finds all there is."""
    broken = {k: v for k, v in INVOICE.items() if k != "total"} | {"items": [{"name": 5}]}
    error = exchange("get-invoice", json_response(broken))[0].error
    missing = ("billing_plan_id", "price", "quantity", "units", "total")
    assert {issue.path for issue in error.issues} == {
        "total",
        "items[0].name",
        *(f"items[0].{name}" for name in missing),
    }


def test_json_nested_too_deeply_is_an_error():
    """A body that no parser can hold does not crash the caller."""
    answer = attrs.evolve(json_response({}), content=b"[" * 200_000)
    error = exchange("get-invoice", answer)[0].error
    assert isinstance(error, ResponseValidationError)


def test_a_broken_answer_does_not_show_its_values():
    """Tokens in a response stay out of the error's text; the raw value has them."""
    body = {"id_token": ["eyJ-sesame"], "access_token": "at-sesame", "expires_in": "sesame"}
    error = exchange("exchange-sso-token", json_response(body))[0].error
    assert "sesame" not in f"{error} {error!r} {error.pretty()} {error.issues}"
    assert error.raw_value == body


# How long to wait --------------------------------------------------------------------


def seconds(status, headers, body=b""):
    return retry_after(HTTPResponse(status, headers=Headers(headers), content=body), NOW)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "2.5"}, 2.5),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:20 GMT"}, 20),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "Retry-After": "30"}, 1.5),
        ({"retry-after-ms": "soon", "Retry-After": "30"}, 30),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "1e3"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "1_000"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "Sun, 99 Nov 2026 12:00:20 GMT"}, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_is_read_from_the_headers(status, headers, wait):
    """Milliseconds come before seconds or a date; what is neither says nothing."""
    assert seconds(status, headers) == wait


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 22 Nov 2026 12:00:20 GMT",
        "Sunday, 22-Nov-26 12:00:20 GMT",
        "Sun Nov 22 12:00:20 2026",
    ],
)
def test_an_http_date_is_in_utc_in_each_of_its_forms(date, monkeypatch):
    """RFC 9110 has three forms of a date, all in UTC, wherever this machine stands."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert seconds(503, {"Retry-After": date}) == 20
    finally:
        monkeypatch.undo()
        time.tzset()


RESET = NOW + 12


@pytest.mark.parametrize(
    ("status", "headers", "limit", "wait"),
    [
        (429, {"X-RateLimit-Reset": str(RESET)}, {}, 12),
        (429, {}, {"reset": RESET}, 12),
        (429, {"X-RateLimit-Reset": str(NOW + 99)}, {"reset": RESET}, 12),
        (429, {"X-RateLimit-Reset": str(NOW - 5)}, {}, 0),
        (429, {"X-RateLimit-Reset": str(RESET), "Retry-After": "3"}, {}, 3),
        (429, {"X-RateLimit-Reset": str(RESET), "Retry-After": "soon"}, {}, 12),
        (429, {"X-RateLimit-Reset": "soon"}, {"reset": "soon"}, None),
        (503, {"X-RateLimit-Reset": str(RESET)}, {"reset": RESET}, None),
        (200, {"X-RateLimit-Reset": str(RESET)}, {}, None),
    ],
)
def test_the_reset_of_a_limit_counts_on_a_429_only(status, headers, limit, wait):
    """The window's end is how long to wait, but only where the limit is what was hit."""
    body = json.dumps({"error": {"code": "rate_limited", "limit": limit}}).encode()
    assert seconds(status, headers, body) == wait


@given(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]), st.text())
def test_no_header_breaks_the_reading_of_an_error(name, text):
    """Whatever a header holds, the wait is a number that is not negative, or none."""
    wait = seconds(429, {name: text})
    assert wait is None or (math.isfinite(wait) and wait >= 0)


@pytest.mark.parametrize(
    ("headers", "limit", "expected"),
    [
        ({}, None, RateLimit()),
        (
            {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"},
            None,
            RateLimit(total=100, remaining=0, reset=9),
        ),
        (
            {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "5"},
            {"total": 50, "remaining": 0, "reset": 7},
            RateLimit(total=50, remaining=0, reset=7),
        ),
        ({"X-RateLimit-Limit": "many"}, {"total": True, "remaining": "0"}, RateLimit()),
        ({}, {"total": 1e300, "reset": None}, RateLimit()),
        ({}, ["total"], RateLimit()),
        ({}, "hit", RateLimit()),
    ],
)
def test_a_429_tells_the_limit_as_far_as_it_is_known(headers, limit, expected):
    """The body's numbers come before the headers'; what is no number is left out."""
    body = {"error": {"code": "rate_limited", "message": "slow down", "limit": limit}}
    error = exchange("get-invoice", json_response(body, 429, **headers))[0].error
    assert isinstance(error, VercelRateLimitError)
    assert error.limit == expected


# Secrets -----------------------------------------------------------------------------

KEY = "-----BEGIN KEY-----\nabc  def\n-----END KEY-----"
LONG = "-".join(f"part{n}" for n in range(60))
SSO = attrs.evolve(REQUESTS["exchange-sso-token"], client_secret="sesame-1", code="sesame-2")


def holding(value):
    secrets = [attrs.evolve(SECRETS.secrets[0], value=value)]
    body = attrs.evolve(SECRETS, secrets=secrets)
    return attrs.evolve(REQUESTS["update-resource-secrets-by-id"], request_body=body)


@pytest.mark.parametrize(
    ("operation_id", "request_", "secret"),
    [
        ("get-member", None, TOKEN),
        ("exchange-sso-token", SSO, "sesame-1"),
        ("exchange-sso-token", SSO, "sesame-2"),
        ("update-resource-secrets-by-id", holding("sesame"), "sesame"),
        ("update-resource-secrets-by-id", None, "s3cr3t-value"),
        ("update-resource-secrets-by-id", None, "s3cr3t-preview"),
        ("update-resource-secrets", None, "s3cr3t-production"),
        ("update-resource-secrets-by-id", holding(KEY), KEY),
        ("update-resource", None, "s3cr3t-development"),
        ("rotate-installation-credential", None, "client-s3cr3t"),
        ("revoke-installation-credential", None, "client-s3cr3t"),
        ("revoke-installation-credential", None, "old-token-of-tests"),
        ("update-resource-secrets-by-id", holding(LONG), LONG),
    ],
    ids=lambda value: value[:10] if isinstance(value, str) else "",
)
@pytest.mark.parametrize(
    "answer",
    [
        lambda text: json_response(
            {"error": {"code": "bad_request", "message": f"no {text}!"}}, 400
        ),
        lambda text: json_response({"error": {"code": text, "message": "no"}}, 400),
        lambda text: json_response({"error": text, "error_description": f"no {text}"}, 400),
        lambda text: HTTPResponse(
            400, headers=Headers({"content-type": "text/plain"}), content=f"no {text}!".encode()
        ),
        lambda text: HTTPResponse(302, headers=Headers({"x-vercel-id": text})),
    ],
    ids=["message", "code", "OAuth", "plain text", "request id"],
)
def test_an_echoed_secret_is_not_shown(answer, operation_id, request_, secret):
    """What a call must keep quiet about stays out of its errors, even if the API repeats it."""
    error = exchange(operation_id, answer(secret), request=request_)[0].error
    words = re.findall(r"\w{4,}", secret)
    shown = f"{error} {error!r} {error.message} {error.code}"
    assert [word for word in words if word in shown] == []


@pytest.mark.parametrize("name", ["Cookie", "X-Api-Key", "X-Vercel-Protection-Bypass"])
def test_a_gateways_key_is_not_shown(name):
    """A key in an added header stays out of `repr`, and out of an error that echoes it."""
    headers = {name: "s3cr3t-key"}
    answer = json_response({"error": {"code": "no", "message": "bad key s3cr3t-key"}}, 403)
    result, fake = exchange("get-invoice", answer, options=RequestOptions(headers=headers))
    assert result.error.message == "bad key ***"
    assert "s3cr3t" not in repr(fake.sent)


@pytest.mark.parametrize("query", ["key=s3cr3t%20k%C3%A9y", "v=2&s3cr3t%20k%C3%A9y"])
def test_an_echoed_query_is_not_shown(query):
    """A gateway that quotes the URL of a request must not make an error show the gateway's key."""
    url = f"https://gateway.example.test?{query}"
    content = f"no /v1/x?{query} (s3cr3t kéy)".encode()
    answer = HTTPResponse(404, headers=Headers({"content-type": "text/plain"}), content=content)
    error = exchange("get-invoice", answer, server_url=url)[0].error
    assert "s3cr3t" not in f"{error} {error!r} {error.message}"
    assert error.message.startswith("no /v1/x?")


@pytest.mark.parametrize(
    ("operation_id", "secret"), [("get-member", TOKEN), ("update-resource", "s3cr3t-development")]
)
def test_a_secret_in_a_content_type_is_not_shown(operation_id, secret):
    """A success that is not JSON names its content type, without the secrets in it."""
    answer = HTTPResponse(200, headers=Headers({"content-type": f"a/{secret}"}), content=b"?")
    error = exchange(operation_id, answer)[0].error
    assert error.message == "unexpected content type (a/***)"


def test_a_short_secret_does_not_eat_the_text():
    """Starring out three letters would make an error unreadable and hide nothing."""
    answer = json_response({"error": {"code": "bad_request", "message": "no such name"}}, 400)
    error = exchange("update-resource-secrets-by-id", answer, request=holding("no"))[0].error
    assert error.message == "no such name"
