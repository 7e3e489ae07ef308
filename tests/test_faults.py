"""What a test can let go wrong on the emulator, and how that looks to a client."""

import json
from contextlib import suppress
from threading import Thread

import pytest

from vercel_marketplace import (
    BackoffStrategy,
    Headers,
    HTTPRequest,
    RequestOptions,
    RequestTimeoutError,
    ResponseValidationError,
    RetryConfig,
    SyncVercel,
    UnexpectedClientError,
    VercelBadRequestError,
    VercelError,
    VercelNotFoundError,
    VercelRateLimitError,
    VercelServerError,
    errors,
)
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator, Fault
from vercel_marketplace.emulator.faults.effects import Failed
from vercel_marketplace.funcs import marketplace_get_invoice, marketplace_get_member
from vercel_marketplace.testing import paid_invoice, submitted_invoice

ONCE = RetryConfig("none")
NO_WAIT = RetryConfig(backoff=BackoffStrategy(initial_interval=0))
HERE = {"integration_configuration_id": Emulator.installation_id}


@pytest.fixture
def emulator():
    return Emulator()


@pytest.fixture
def vercel(emulator):
    """A client that tries once, so that each call meets one fault."""
    transport = emulator.transport()
    with SyncVercel(bearer_token=emulator.token, transport=transport, retries=ONCE) as client:
        yield client.marketplace


def notify(vercel):
    """Send an event, which leaves a trace if it is processed."""
    event = m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
    vercel.create_event(request_body=event, **HERE)


def delivered(emulator, path, method="GET", body=b""):
    """How the emulator delivers, as seen by any way in."""
    return emulator._backend.deliver(
        HTTPRequest(
            method=method,
            url=f"https://api.vercel.com/v1/installations/{emulator.installation_id}{path}",
            headers=Headers({"authorization": f"Bearer {emulator.token}"}),
            content=body,
        )
    )


# Errors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (302, "found", "Found"),
        (400, "bad_request", "Bad Request"),
        (403, "forbidden", "Forbidden"),
        (404, "not_found", "Not Found"),
        (409, "conflict", "Conflict"),
        (410, "gone", "Gone"),
        (429, "rate_limited", "Too Many Requests"),
        (500, "internal_server_error", "Internal Server Error"),
        (503, "service_unavailable", "Service Unavailable"),
        (599, "error", "An error without a name"),
    ],
)
def test_an_error_has_the_words_of_its_status(emulator, vercel, status, code, message):
    """Without words of its own an error has the code and the message of its status."""
    emulator.faults.fail("get-account-info", status=status)
    with pytest.raises(VercelError) as caught:
        vercel.get_account_info(**HERE)
    error = caught.value
    assert (error.status_code, error.code, error.message) == (status, code, message)


def test_the_code_of_a_422_is_the_apis(emulator, vercel):
    """422 has had several names in HTTP; the API's code is one of them, on every Python."""
    emulator.faults.fail("get-account-info", status=422)
    with pytest.raises(VercelError) as caught:
        vercel.get_account_info(**HERE)
    assert caught.value.code == "unprocessable_entity"


def test_an_error_may_have_words_of_its_own(emulator, vercel):
    """A code and a message that a test gives come through as they are."""
    emulator.faults.fail("get-account-info", status=400, code="odd", message="Not on Sundays")
    with pytest.raises(VercelBadRequestError) as caught:
        vercel.get_account_info(**HERE)
    assert (caught.value.code, caught.value.message) == ("odd", "Not on Sundays")


def test_an_error_has_a_request_id(emulator, vercel):
    """An error by a fault has an id to tell support, as any response has."""
    emulator.faults.fail("get-account-info")
    with pytest.raises(VercelServerError) as caught:
        vercel.get_account_info(**HERE)
    assert caught.value.request_id == "emulator::1"


def test_an_error_shows_the_limit_and_leaves_it(emulator, vercel):
    """An error by a fault has the headers of the rate limit, and does not count towards it."""
    emulator.faults.set_rate_limit(total=2)
    emulator.faults.fail("get-account-info")
    assert outcomes(vercel, 1) == [503]
    delivery = delivered(emulator, "/account")
    assert delivery.response.headers["x-ratelimit-remaining"] == "1"
    emulator.faults.fail("get-account-info")
    response = delivered(emulator, "/account").response
    assert (response.status_code, response.headers["x-ratelimit-limit"]) == (503, "2")


def test_the_token_exchange_fails_in_the_form_of_oauth(emulator):
    """The endpoint for tokens has OAuth's form of an error on the wire."""
    emulator.faults.fail("exchange-sso-token", status=400, code="invalid_grant", message="Too late")
    url = "https://api.vercel.com/v1/integrations/sso/token"
    response = emulator._backend.deliver(HTTPRequest(method="POST", url=url)).response
    assert json.loads(response.content) == {
        "error": "invalid_grant",
        "error_description": "Too late",
    }


@pytest.mark.parametrize(
    ("seconds", "header", "precise"), [(0, "0", None), (2, "2", None), (0.25, "1", "250")]
)
def test_an_error_says_how_long_to_wait(emulator, vercel, seconds, header, precise):
    """`retry_after` is in whole seconds for HTTP, and where needed in milliseconds beside."""
    emulator.faults.fail("get-account-info", status=429, retry_after=seconds)
    with pytest.raises(VercelRateLimitError) as caught:
        vercel.get_account_info(**HERE)
    error = caught.value
    assert error.retry_after == seconds
    assert error.headers["retry-after"] == header
    assert error.headers.get("retry-after-ms") == precise


def test_too_many_requests_leave_none_remaining(emulator, vercel):
    """A 429 says of the limit that it is used up."""
    emulator.faults.fail("get-account-info", status=429)
    with pytest.raises(VercelRateLimitError) as caught:
        vercel.get_account_info(**HERE)
    assert caught.value.limit.remaining == 0


def test_a_failed_request_is_not_processed(emulator, vercel):
    """An error keeps the request from having any effect, but the request is kept."""
    emulator.faults.fail("create-event")
    with pytest.raises(VercelServerError):
        notify(vercel)
    assert (emulator.received.events, len(emulator.requests)) == ([], 1)


# Connections ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "request_sent", "arrived", "processed"),
    [("connecting", False, 0, 0), ("before", True, 1, 0), ("after", True, 1, 1)],
)
def test_a_connection_drops_when_it_is_told_to(
    emulator, vercel, when, request_sent, arrived, processed
):
    """A dropped connection differs in what was sent, what came in and what was done."""
    emulator.faults.drop("create-event", when=when)
    with pytest.raises(errors.ConnectionError) as caught:
        notify(vercel)
    assert caught.value.request_sent is request_sent
    assert (len(emulator.requests), len(emulator.received.events)) == (arrived, processed)


@pytest.mark.parametrize(
    ("when", "connected"), [("connecting", False), ("before", True), ("after", True)]
)
def test_a_drop_is_delivered_as_no_response(emulator, when, connected):
    """Each way in is told that there is no response, and whether there is a connection."""
    emulator.faults.drop("get-account-info", when=when)
    delivery = delivered(emulator, "/account")
    assert (delivery.response, delivery.connected) == (None, connected)


@pytest.mark.parametrize("seconds", [2, 5])
def test_a_response_that_is_too_late_is_a_timeout(emulator, vercel, seconds):
    """A delay that is not below the timeout is one, after which the request was processed."""
    emulator.faults.delay("create-event", seconds)
    event = m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
    before = emulator.clock.now()
    with pytest.raises(RequestTimeoutError) as caught:
        vercel.create_event(request_body=event, **HERE, options=RequestOptions(timeout=2))
    assert caught.value.request_sent is True
    assert len(emulator.received.events) == 1
    assert (emulator.clock.now() - before).total_seconds() == 2


def test_a_response_that_is_late_comes(emulator, vercel):
    """A delay below the timeout passes on the emulator's clock alone."""
    emulator.faults.delay("get-account-info", 29.5)
    before = emulator.clock.now()
    assert vercel.get_account_info(**HERE).name == "Acme"
    assert (emulator.clock.now() - before).total_seconds() == 29.5


@pytest.mark.parametrize("timeout", [None, float("inf")])
def test_without_a_timeout_any_response_comes(emulator, timeout):
    """A transport that is given no limit waits for whatever comes."""
    emulator.faults.delay("get-account-info", 3600)
    url = f"https://api.vercel.com/v1/installations/{emulator.installation_id}/account"
    token = Headers({"authorization": f"Bearer {emulator.token}"})
    request = HTTPRequest(method="GET", url=url, headers=token, timeout=timeout)
    with pytest.raises(StopIteration) as finished:
        emulator.transport().send(request).send(None)
    assert finished.value.value.status_code == 200


# Bodies --------------------------------------------------------------------------------


def test_a_success_that_breaks_off_is_no_response(emulator, vercel):
    """A success of which a part is missing leaves it open what the response was."""
    emulator.faults.truncate("submit-invoice")
    moment = emulator.clock.now()
    item = m.LineItem(
        billing_plan_id="pro", name="Pro", price=1, quantity=1, units="month", total=1
    )
    body = m.SubmitInvoiceRequestBody(
        invoice_date=moment, period=m.Period(start=moment, end=moment), items=[item]
    )
    with pytest.raises(errors.ConnectionError) as caught:
        vercel.submit_invoice(request_body=body, **HERE)
    assert caught.value.request_sent is True
    assert len(emulator.invoices) == 1


def test_an_error_that_breaks_off_is_still_the_error(emulator, vercel):
    """The status of an error counts more than the rest of its text."""
    emulator.faults.truncate("get-invoice", keep=9)
    with pytest.raises(VercelNotFoundError) as caught:
        vercel.get_invoice(invoice_id="inv_unknown", **HERE)
    assert caught.value.body == '{"error":'


@pytest.mark.parametrize(("keep", "cut"), [(0, 0), (10, 10), (None, "half"), (9999, "all but one")])
def test_always_a_part_is_missing(emulator, keep, cut):
    """However much is to arrive, at least the last byte does not."""
    emulator.faults.truncate("get-account-info", keep=keep)
    delivery = delivered(emulator, "/account")
    size = len(delivery.response.content)
    assert delivery.truncate_at == {"half": size // 2, "all but one": size - 1}.get(cut, cut)


def test_an_unknown_state_comes_through(emulator, vercel):
    """A member that Vercel adds tomorrow can be tested with today."""
    invoice = submitted_invoice(emulator)
    emulator.faults.alter("get-invoice", {"state": "disputed"})
    assert vercel.get_invoice(invoice_id=invoice.invoice_id, **HERE).state == "disputed"


def test_an_unknown_field_is_on_the_wire(emulator):
    """A field that Vercel adds tomorrow is in the response beside all others."""
    before = json.loads(delivered(emulator, "/account").response.content)
    emulator.faults.alter("get-account-info", {"plan": {"name": "new"}})
    after = json.loads(delivered(emulator, "/account").response.content)
    assert after == before | {"plan": {"name": "new"}}


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "total": None},
        lambda body: body.update(total=None),
        lambda body: [body],
    ],
    ids=["another body", "in place", "of another type"],
)
def test_a_function_may_break_a_body(emulator, vercel, change):
    """A body that breaks the contract reaches the client as it was made."""
    invoice = submitted_invoice(emulator)
    emulator.faults.alter("get-invoice", change)
    with pytest.raises(ResponseValidationError):
        vercel.get_invoice(invoice_id=invoice.invoice_id, **HERE)


def test_a_function_sees_the_parsed_body(emulator, vercel):
    """What a function is given is the response as JSON has it."""
    invoice = submitted_invoice(emulator, total="7.00")
    seen = []
    emulator.faults.alter("get-invoice", lambda body: seen.append(body["total"]))
    vercel.get_invoice(invoice_id=invoice.invoice_id, **HERE)
    assert seen == ["7.00"]


def raises_key_error(body):
    raise KeyError(body["s3cr3t"])


@pytest.mark.parametrize("change", [raises_key_error, lambda _: {"total": object()}])
def test_a_function_that_fails_makes_no_response(emulator, vercel, change):
    """What a function raises, or cannot be JSON, is the cause of an error without a response."""
    emulator.faults.alter("get-account-info", change)
    with pytest.raises(UnexpectedClientError) as caught:
        vercel.get_account_info(**HERE)
    assert type(caught.value.__cause__) in {KeyError, TypeError}
    assert caught.value.request_sent


def test_a_request_whose_response_cannot_be_altered_was_processed(emulator, vercel):
    """The function fails after the request was carried out, once."""
    emulator.faults.alter("rotate-installation-credential", raises_key_error)
    body = m.RotateInstallationCredentialRequestBody(
        client_secret=emulator.integration.client_secret
    )
    with pytest.raises(UnexpectedClientError):
        vercel.rotate_installation_credential(request_body=body, **HERE)
    assert (len(emulator.tokens.access_tokens), len(emulator.requests)) == (2, 1)


@pytest.mark.parametrize("change", [None, "state", 3, [("state", "paid")]])
def test_a_change_is_a_mapping_or_a_function(emulator, change):
    """Anything else is refused where it is ordered, without saying what it was."""
    with pytest.raises(TypeError, match="change must be a mapping of properties or a function"):
        emulator.faults.alter("get-invoice", change)
    assert emulator.faults.pending == []


class _Change:
    def __call__(self, body):
        return body


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"value": "s3cr3t", "b": 1}, "Altered(change={'value': …, 'b': …})"),
        (raises_key_error, "Altered(change=raises_key_error)"),
        (_Change(), "Altered(change=_Change)"),
    ],
)
def test_a_fault_shows_no_values(emulator, change, shown):
    """What a change sets may be a secret: a fault that is printed names properties alone."""
    emulator.faults.alter("get-invoice", change)
    assert f"effect={shown}," in repr(emulator.faults.pending)


def test_an_error_is_not_altered(emulator, vercel):
    """A refusal comes back as it is, whatever was to be done to the response."""
    emulator.faults.alter("get-invoice", {"state": "disputed"})
    with pytest.raises(VercelNotFoundError) as caught:
        vercel.get_invoice(invoice_id="inv_unknown", **HERE)
    assert json.loads(caught.value.body).keys() == {"error"}


# Which request meets which -------------------------------------------------------------


def test_a_fault_is_for_its_operation(emulator, vercel):
    """Other operations go on as if nothing were wrong."""
    emulator.faults.fail("create-event")
    assert vercel.get_account_info(**HERE).name == "Acme"
    with pytest.raises(VercelServerError):
        notify(vercel)


def outcomes(vercel, count):
    """What so many calls come to, in short."""
    seen = []
    for _ in range(count):
        try:
            vercel.get_account_info(**HERE)
            seen.append("fine")
        except VercelError as error:
            seen.append(error.status_code or type(error).__name__)
    return seen


def test_faults_are_met_in_order_one_by_one(emulator, vercel):
    """Of several faults the first comes first, each as often as it is for, and then none."""
    emulator.faults.fail("get-account-info", status=500, times=2)
    emulator.faults.drop("*", when="before")
    emulator.faults.fail("get-account-info", status=502)
    assert outcomes(vercel, 5) == [500, 500, "ConnectionError", 502, "fine"]


def test_any_operation_meets_a_fault_for_any(emulator, vercel):
    """`"*"` is for whichever operation comes next."""
    emulator.faults.fail("*", times=2)
    with pytest.raises(VercelServerError):
        notify(vercel)
    assert outcomes(vercel, 2) == [503, "fine"]


@pytest.mark.parametrize(
    "spoil",
    [lambda e, name: e.faults.truncate(name), lambda e, name: e.faults.alter(name, {"x": 1})],
)
def test_what_spoils_a_body_waits_for_one(emulator, vercel, spoil):
    """A fault of a body passes over an operation that responds without one."""
    spoil(emulator, "*")
    notify(vercel)
    assert len(emulator.faults.pending) == 1
    with suppress(errors.ConnectionError):
        vercel.get_account_info(**HERE)
    assert emulator.faults.pending == []


def test_a_request_for_nothing_meets_no_fault(emulator):
    """A path that is no operation's is a 404, and takes no fault from those that are."""
    emulator.faults.fail("*")
    assert delivered(emulator, "/elsewhere").response.status_code == 404
    assert len(emulator.faults.pending) == 1


def test_faults_are_counted_over_threads(emulator):
    """Of many requests at once, as many meet a fault as it is for."""
    emulator.faults.fail("get-account-info", times=20)
    seen = []

    def work():
        for _ in range(10):
            seen.append(delivered(emulator, "/account").response.status_code)  # noqa: PERF401

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen.count(503), seen.count(200)) == (20, 20)


def test_what_is_pending_can_be_seen(emulator, vercel):
    """A fault says how often it is still to come, and how often it was met."""
    emulator.faults.fail("get-account-info", times=3)
    outcomes(vercel, 1)
    assert emulator.faults.pending == [
        Fault(operation="get-account-info", effect=Failed(503), remaining=2, hits=1)
    ]


@pytest.mark.parametrize("operation", ["get-account-info", "*"])
def test_a_fault_may_be_for_one_installation(emulator, vercel, operation):
    """Requests of another installation do not meet it, and do not use it up."""
    emulator.installations.add("icfg_2")
    emulator.faults.fail(operation, installation_id="icfg_2")

    seen = outcomes(vercel, 1)
    other = emulator._backend.deliver(
        HTTPRequest(
            method="GET",
            url="https://api.vercel.com/v1/installations/icfg_2/account",
            headers=Headers(),
        )
    )

    assert (seen, other.response.status_code, emulator.faults.pending) == (["fine"], 503, [])


@pytest.mark.parametrize(
    ("operation", "installation_id", "error"),
    [
        ("get-invoice", "icfg_9", LookupError),
        ("exchange-sso-token", Emulator.installation_id, ValueError),
    ],
)
def test_a_fault_that_no_request_could_meet_is_refused(emulator, operation, installation_id, error):
    """An installation that there is not, or an operation that has none, is a mistake."""
    with pytest.raises(error, match="installation"):
        emulator.faults.fail(operation, installation_id=installation_id)


def test_faults_can_be_cleared(emulator, vercel):
    """After clearing there is nothing left to go wrong."""
    emulator.faults.fail("get-account-info", times=3)
    emulator.faults.clear()
    assert (emulator.faults.pending, outcomes(vercel, 1)) == ([], ["fine"])


def test_what_was_asked_past_the_faults_meets_none(emulator):
    """A transport for setup is the Marketplace itself, with no fault, and keeps no request."""
    emulator.faults.fail("*")
    paid_invoice(emulator)
    assert (len(emulator.faults.pending), emulator.requests) == (1, [])


# Retries -------------------------------------------------------------------------------


def test_the_sdk_gets_over_a_short_outage(way, emulator):
    """Two errors and a success are three attempts, and the waits pass on the clock alone."""
    invoice = submitted_invoice(emulator)
    emulator.faults.fail("get-invoice", status=503, times=2, retry_after=30)
    before = emulator.clock.now()

    async def story():
        async with way.core(bearer_token=emulator.token, transport=emulator.transport()) as core:
            request = m.GetInvoiceRequest(emulator.installation_id, invoice.invoice_id)
            return await marketplace_get_invoice(core, request)

    assert way.run(story).ok
    assert len(emulator.requests) == 3
    assert (emulator.clock.now() - before).total_seconds() == 60


# In process, and over a wire -----------------------------------------------------------


def told(error):
    """What of an error does not depend on the words of a library."""
    return type(error), error.status_code, getattr(error, "request_sent", None), error.attempts


def body_cut_off(server, status):
    """A response whose connection closes in the middle of the body."""
    head = server.head(status, content_type="application/json", content_length=99)
    return head + b'{"error":', server.CLOSE


@pytest.mark.parametrize(
    ("fault", "script"),
    [
        (lambda e: e.faults.drop("get-member", when="before"), lambda s: (s.CLOSE,)),
        (lambda e: e.faults.drop("get-member", when="after"), lambda s: (s.CLOSE,)),
        (lambda e: e.faults.truncate("get-member"), lambda s: body_cut_off(s, 200)),
        (lambda e: e.faults.fail("get-member", status=503), lambda s: body_cut_off(s, 503)),
    ],
    ids=["dropped before", "dropped after", "truncated", "failed"],
)
def test_a_fault_is_told_as_over_a_wire(way, server, emulator, fault, script):
    """The same trouble is the same error, in process and over a real connection."""
    server.plays(*script(server))
    over_the_wire = way.error_of(Member(), server_url=server.url, retries=ONCE)
    fault(emulator)
    in_process = way.error_of(
        Member(), bearer_token=emulator.token, transport=emulator.transport(), retries=ONCE
    )
    assert told(in_process) == told(over_the_wire)


def test_a_delay_is_told_as_over_a_wire(way, server, emulator):
    """A response that does not come in time is the same error in process."""
    settings = {"retries": ONCE, "timeout": 0.3}  # and long enough to connect
    server.plays(server.STALL)
    over_the_wire = way.error_of(Member(), server_url=server.url, **settings)
    emulator.faults.delay("get-member", 1)
    in_process = way.error_of(
        Member(), bearer_token=emulator.token, transport=emulator.transport(), **settings
    )
    assert told(in_process) == told(over_the_wire)


def test_a_refused_connection_is_told_as_over_a_wire(way, refusing_url, emulator):
    """A connection that is never made is the same error in process, and is tried again."""
    over_the_wire = way.error_of(Member(), server_url=refusing_url, retries=NO_WAIT)
    emulator.faults.drop("get-member", when="connecting", times=3)
    in_process = way.error_of(
        Member(), bearer_token=emulator.token, transport=emulator.transport(), retries=NO_WAIT
    )
    assert told(in_process) == told(over_the_wire)


class Member:
    """Reads the emulator's member, as a case of `conftest`."""

    async def __call__(self, core, options=None):

        request = m.GetMemberRequest(Emulator.installation_id, "usr_emulator")
        return await marketplace_get_member(core, request, options)


# What cannot be ordered ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("submit-invoce", "did you mean 'submit-invoice'"),
        ("submit_invoice", "did you mean 'submit-invoice'"),
        ("xyz", "choose from 'get-account-info', 'get-member'"),
    ],
)
def test_an_unknown_operation_is_refused_with_what_there_is(emulator, name, hint):
    """A typo fails at once, and the error has the name that was meant."""
    with pytest.raises(ValueError, match=f"no operation '{name}'; {hint}"):
        emulator.faults.fail(name)


@pytest.mark.parametrize(
    ("method", "arguments", "complaint"),
    [
        ("fail", {"status": 200}, "status must be from 300 to 599, not 200"),
        ("fail", {"status": 600}, "status must be from 300 to 599, not 600"),
        ("fail", {"times": 0}, "times must be a whole number, 1 or more, not 0"),
        ("fail", {"times": True}, "times must be a whole number"),
        ("fail", {"times": 1.5}, "times must be a whole number"),
        ("fail", {"retry_after": -1}, "retry_after must be 0 or more"),
        ("delay", {"seconds": float("inf")}, "seconds must be 0 or more and below 1e9"),
        ("delay", {"seconds": float("nan")}, "seconds must be 0 or more"),
        ("drop", {"when": "later"}, 'when must be "connecting", "before" or "after"'),
        ("truncate", {"keep": -1}, "keep must be a whole number, 0 or more"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(emulator, method, arguments, complaint):
    """An argument that makes no sense is named, and no fault is ordered."""
    with pytest.raises(ValueError, match=complaint):
        getattr(emulator.faults, method)("get-account-info", **arguments)
    assert emulator.faults.pending == []


def test_seconds_are_a_number(emulator):
    """A text is no number of seconds."""
    with pytest.raises(TypeError, match="seconds must be a number of seconds, got str"):
        emulator.faults.delay("get-account-info", "5")


@pytest.mark.parametrize(
    "spoil",
    [lambda e, name: e.faults.truncate(name), lambda e, name: e.faults.alter(name, {"x": 1})],
)
def test_there_is_nothing_to_spoil_where_there_is_no_body(emulator, spoil):
    """A fault of a body that an operation does not respond with is refused."""
    with pytest.raises(ValueError, match="create-event has no response body"):
        spoil(emulator, "create-event")
