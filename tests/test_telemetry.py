"""OpenTelemetry: the spans and metrics of a call, whichever way it ends."""

import logging
import signal
import sys

import anyio
import attrs
import pytest

from vercel_marketplace import (
    Hooks,
    HTTPResponse,
    RequestAbortedError,
    RequestOptions,
    VercelCore,
    block_on,
)
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)

trace = pytest.importorskip("opentelemetry.sdk.trace", reason="needs OpenTelemetry's SDK")
metrics = pytest.importorskip("opentelemetry.sdk.metrics")
pytestmark = pytest.mark.filterwarnings("error:.*ended span")

from opentelemetry import baggage, context  # noqa: E402 (the SDK may be missing)
from opentelemetry.sdk.metrics.export import InMemoryMetricReader  # noqa: E402 (the same)
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402 (the same)
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # noqa: E402 (the same)
    InMemorySpanExporter,
)
from opentelemetry.trace import StatusCode, get_current_span  # noqa: E402 (the same)

from vercel_marketplace import telemetry  # noqa: E402 (the same)

TOKEN = "tok-s3cr3t"
CALL = "vercel.marketplace/get-member"


class Recorder:
    """Keeps spans and metrics."""

    def __init__(self):
        self._exporter = InMemorySpanExporter()
        self.tracer_provider = trace.TracerProvider(shutdown_on_exit=False)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._reader = InMemoryMetricReader()
        self.meter_provider = metrics.MeterProvider([self._reader], shutdown_on_exit=False)

    def hooks(self, **settings):
        return telemetry.hooks(
            tracer_provider=self.tracer_provider, meter_provider=self.meter_provider, **settings
        )

    @property
    def spans(self):
        """The spans that have ended, first one first."""
        return self._exporter.get_finished_spans()

    @property
    def names(self):
        return [span.name for span in self.spans]

    @property
    def error_types(self):
        return [(span.name, span.attributes.get("error.type")) for span in self.spans]

    def points(self, name):
        """The count or sum of a metric, with its attributes."""
        data = self._reader.get_metrics_data()
        scopes = [scope for one in data.resource_metrics for scope in one.scope_metrics]
        return [
            (getattr(point, "count", None) or point.value, dict(point.attributes))
            for scope in scopes
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def recorder():
    """What keeps spans and metrics; after the test, no span is current."""
    yield Recorder()
    assert not get_current_span().get_span_context().is_valid


def test_a_call_and_its_attempt_are_spans(way, fake, reading, recorder):
    """A call must be a span by the conventions for RPC, its attempt a child by those for HTTP."""
    fake.answers(reading.response)
    way.result_of(reading, transport=fake, hooks=recorder.hooks())
    attempt, call = recorder.spans
    assert (call.name, dict(call.attributes)) == (
        CALL,
        {
            "rpc.system.name": "vercel",
            "rpc.method": CALL,
            "rpc.response.status_code": "200",
            "server.address": "api.vercel.com",
            "server.port": 443,
            "vercel_marketplace.integration_configuration_id": "icfg_1",
            "vercel_marketplace.retries": 0,
        },
    )
    assert (attempt.name, dict(attempt.attributes)) == (
        "GET",
        {
            "http.request.method": "GET",
            "http.response.status_code": 200,
            "server.address": "api.vercel.com",
            "server.port": 443,
            "url.full": f"https://api.vercel.com{reading.path}",
        },
    )
    assert attempt.parent == call.context
    assert {span.kind.name for span in recorder.spans} == {"CLIENT"}
    assert {span.status.status_code for span in recorder.spans} == {StatusCode.UNSET}


def test_retries_are_spans_of_one_call(way, fake, reading, recorder):
    """Each attempt must be a span with what went wrong, and the call must count the retries."""
    fake.answers(HTTPResponse(503), ConnectionError("broken"), reading.response)
    way.result_of(reading, transport=fake, hooks=recorder.hooks())
    *attempts, call = recorder.spans
    assert [
        (span.attributes.get("http.request.resend_count"), span.attributes.get("error.type"))
        for span in attempts
    ] == [(None, "503"), (1, "ConnectionError"), (2, None)]
    assert [span.status.status_code for span in attempts] == [
        *(StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET)
    ]
    assert (call.attributes["vercel_marketplace.retries"], call.status.status_code) == (
        *(2, StatusCode.UNSET),
    )


def test_a_failed_call_tells_what_it_came_to(way, fake, refund, recorder):
    """The call's span must have the class of the error, and whether money may have moved."""
    fake.answers(HTTPResponse(500))
    way.error_of(refund, transport=fake, hooks=recorder.hooks())
    call = recorder.spans[-1]
    assert call.status.status_code is StatusCode.ERROR
    assert call.attributes["error.type"] == "VercelServerError"
    assert call.attributes["rpc.response.status_code"] == "500"
    assert call.attributes["vercel_marketplace.may_have_taken_effect"] is True


@pytest.mark.parametrize(
    ("response", "error_type"),
    [(HTTPResponse(404), "404"), (HTTPResponse(200, content=b"{"), "SDKError")],
)
def test_an_attempt_tells_what_went_wrong(way, fake, reading, recorder, response, error_type):
    """An attempt must have the status of an error, and the class of what has no such status."""
    fake.answers(response)
    way.error_of(reading, transport=fake, hooks=recorder.hooks())
    assert recorder.spans[0].attributes["error.type"] == error_type


def test_a_call_that_is_not_sent_is_a_span(way, fake, reading, recorder):
    """A request that breaks the contract must be a failed call without an attempt."""
    request = attrs.evolve(reading.request, member_id="..")
    case = attrs.evolve(reading, request=request)
    way.result_of(case, transport=fake, hooks=recorder.hooks())
    assert recorder.error_types == [(CALL, "SDKValidationError")]


def test_an_installation_that_cannot_be_printed_is_escaped(way, fake, reading, recorder):
    """An id that no exporter can encode must not spoil a batch of spans."""
    request = attrs.evolve(reading.request, integration_configuration_id="icfg_\ud800")
    case = attrs.evolve(reading, request=request)
    way.result_of(case, transport=fake, hooks=recorder.hooks())
    shown = recorder.spans[-1].attributes["vercel_marketplace.integration_configuration_id"]
    assert shown.isascii()


def test_a_call_without_an_installation_has_none(way, fake, sso, recorder):
    """The call that belongs to no installation must name none."""
    fake.answers(sso.response)
    way.result_of(sso, transport=fake, hooks=recorder.hooks())
    assert "vercel_marketplace.integration_configuration_id" not in recorder.spans[-1].attributes


def test_no_span_or_metric_has_a_secret(way, fake, secrets_update, recorder):
    """Neither token, body, query, nor an error's text may be in what is exported."""
    fake.answers(HTTPResponse(422, content=b'{"error":{"message":"s3cr3t-text"}}'))
    way.error_of(
        secrets_update,
        RequestOptions(bearer_token=TOKEN, headers={"x-key": "s3cr3t-header"}),
        transport=fake,
        server_url="http://127.0.0.1:8000/base?key=s3cr3t-query",
        hooks=recorder.hooks(),
    )
    exported = "".join(span.to_json() for span in recorder.spans)
    exported += recorder._reader.get_metrics_data().to_json()
    assert "s3cr3t" not in exported
    assert recorder.spans[0].attributes["url.full"].startswith("http://127.0.0.1:8000/base/v1/")
    assert recorder.spans[0].attributes["server.port"] == 8000


# Ways out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_call_ends_its_spans(reading, recorder, backend):
    """A call that is cancelled must leave no span open, and none current."""

    async def story():
        with anyio.CancelScope() as scope:

            async def cancel(request):
                scope.cancel()
                await anyio.lowlevel.checkpoint()

            await reading(VercelCore("t", transport=cancel, hooks=recorder.hooks()))
        assert not get_current_span().get_span_context().is_valid
        return anyio.get_cancelled_exc_class().__name__

    name = anyio.run(story, backend=backend)
    assert recorder.error_types == [("GET", name), (CALL, name)]


def test_a_cancelled_wait_ends_the_call(fake, reading, recorder):
    """A call that is cancelled between two attempts must end with those it made."""

    async def story():
        with anyio.CancelScope() as scope:
            hooks = recorder.hooks() + Hooks(after_error=[lambda *_: scope.cancel()])
            await reading(VercelCore("t", transport=fake.send, hooks=hooks))

    fake.answers(HTTPResponse(503))
    anyio.run(story)
    assert recorder.error_types == [("GET", "503"), (CALL, "CancelledError")]


class Broken(trace.SpanProcessor):
    """Fails, or does what else a test wants, when a span starts or ends."""

    def __init__(self, at_start=lambda: None, at_end=lambda: None):
        self._at_start = at_start
        self._at_end = at_end

    def on_start(self, span, parent_context=None):
        self._at_start()

    def on_end(self, span):
        self._at_end()


class LimitReached(Exception):  # noqa: N818 (stands for Celery's SoftTimeLimitExceeded)
    """What a signal handler raises."""


@pytest.fixture
def reach_limit():
    """A function of the user's in which a time limit is reached."""

    def handle(number, frame):
        raise LimitReached

    before = signal.signal(signal.SIGUSR1, handle)
    yield lambda *_: signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("error", [KeyboardInterrupt, LimitReached])
def test_an_interrupted_call_ends_its_spans(reading, recorder, reach_limit, error):
    """What leaves a call from outside must leave no span open, and none current."""

    def interrupt(_request):
        if error is LimitReached:
            reach_limit()
        raise error

    core = VercelCore.blocking("t", transport=interrupt, hooks=recorder.hooks())
    with pytest.raises(error):
        block_on(reading(core))
    assert recorder.error_types == [("GET", error.__name__), (CALL, error.__name__)]


def test_a_time_limit_in_telemetry_leaves_the_call(fake, reading, recorder, reach_limit):
    """A time limit that is reached while a span starts must not be taken for its failure."""
    fake.answers(reading.response)
    recorder.tracer_provider.add_span_processor(Broken(reach_limit))
    core = VercelCore.blocking("t", transport=fake, hooks=recorder.hooks())
    with pytest.raises(LimitReached):
        block_on(reading(core))
    assert fake.sent == []


def test_a_time_limit_in_an_exporter_ends_the_spans(fake, reading, recorder, reach_limit):
    """A time limit that is reached while a span is exported must leave the other one ended."""
    actions = [reach_limit]
    fake.answers(reading.response)
    recorder.tracer_provider.add_span_processor(Broken(at_end=lambda: actions and actions.pop()()))
    core = VercelCore.blocking("t", transport=fake, hooks=recorder.hooks())
    with pytest.raises(LimitReached):
        block_on(reading(core))
    assert recorder.error_types == [("GET", None), (CALL, "LimitReached")]


@pytest.mark.parametrize("kind", ["before_call", "before_request", "after_success", "after_call"])
def test_a_hook_that_raises_ends_the_spans(way, fake, reading, recorder, kind):
    """A hook of the user's that fails must leave no span open, and none current."""

    def fail(*_):
        raise RequestAbortedError("enough")

    fake.answers(reading.response)
    hooks = recorder.hooks() + Hooks(**{kind: [fail]})
    way.result_of(reading, transport=fake, hooks=hooks)
    error = "RequestAbortedError" if kind.startswith("before") else None
    spans = [("GET", error), (CALL, error)]
    assert recorder.error_types == (spans[1:] if kind == "before_call" else spans)


def test_telemetry_that_fails_changes_no_call(way, fake, refund, recorder, caplog):
    """A call must be made without spans where they cannot be, and the failure be logged."""

    def fail():
        raise ZeroDivisionError

    fake.answers(refund.response)
    recorder.tracer_provider.add_span_processor(Broken(fail))
    with caplog.at_level(logging.ERROR, "vercel_marketplace"):
        result = way.result_of(refund, transport=fake, hooks=recorder.hooks())
    assert result.ok
    assert len(fake.sent) == 1
    assert {record.levelname for record in caplog.records} == {"ERROR"}


# The trace that is current ------------------------------------------------------------------


def test_the_spans_are_current_while_the_users_code_runs(way, fake, reading, recorder):
    """A token function must run in the call's span, a transport in the attempt's."""
    seen = []

    def get_token(_context):
        seen.append(get_current_span().name)
        return TOKEN

    def respond(_request):
        seen.append(get_current_span().name)
        return reading.response

    fake.answers(respond)
    way.result_of(reading, bearer_token=get_token, transport=fake, hooks=recorder.hooks())
    assert seen == [CALL, "GET"]


def test_a_call_is_part_of_the_users_trace(way, fake, reading, recorder):
    """A call in a span of the application's must be its child."""
    fake.answers(reading.response)
    tracer = recorder.tracer_provider.get_tracer("application")
    with tracer.start_as_current_span("job") as job:
        way.result_of(reading, transport=fake, hooks=recorder.hooks())
        assert get_current_span() is job
    _, call, _ = recorder.spans
    assert call.parent == job.get_span_context()


def test_requests_are_the_same_without_propagation(way, fake, reading, recorder):
    """By default no byte of a request may differ from that of a client without hooks."""
    fake.answers(reading.response)
    way.result_of(reading, transport=fake)
    way.result_of(reading, transport=fake, hooks=recorder.hooks())
    first, second = fake.sent
    assert first == second


@pytest.mark.parametrize("attempts", [True, False])
def test_the_trace_is_sent_if_wanted(way, fake, reading, recorder, attempts):
    """With `propagate`, each request must name the span it is sent in, and carry no baggage."""
    fake.answers(HTTPResponse(503), reading.response)
    token = context.attach(baggage.set_baggage("customer", "s3cr3t"))
    hooks = recorder.hooks(propagate=True, attempts=attempts)
    way.result_of(reading, transport=fake, hooks=hooks)
    context.detach(token)
    *tried, call = recorder.spans
    assert [request.headers["traceparent"].split("-")[2] for request in fake.sent] == [
        f"{span.context.span_id:016x}" for span in (tried if attempts else [call, call])
    ]
    assert [request for request in fake.sent if "baggage" in request.headers] == []


def test_the_users_traceparent_stays(way, fake, reading, recorder):
    """A header that the user has set must not be replaced."""
    fake.answers(reading.response)
    options = RequestOptions(headers={"Traceparent": "00-1-2-01"})
    way.result_of(reading, options, transport=fake, hooks=recorder.hooks(propagate=True))
    assert fake.sent[0].headers["traceparent"] == "00-1-2-01"


def test_without_an_sdk_nothing_changes(way, fake, reading):
    """Where the application has set up no SDK, the call must be made, and no ids be sent."""
    fake.answers(reading.response)
    assert way.result_of(reading, transport=fake, hooks=telemetry.hooks(propagate=True)).ok
    assert "traceparent" not in fake.sent[0].headers


# Metrics --------------------------------------------------------------------------------------


def test_calls_attempts_and_retries_are_measured(way, fake, reading, recorder):
    """Durations must be measured by outcome and retries be counted, for no single installation."""
    fake.answers(HTTPResponse(503), reading.response)
    way.result_of(reading, transport=fake, hooks=recorder.hooks())
    server = {"server.address": "api.vercel.com", "server.port": 443}
    attempt = {"http.request.method": "GET", **server}
    points = {
        name: recorder.points(name)
        for name in ("rpc.client.call.duration", "vercel_marketplace.client.retries")
    }
    assert points == {
        "rpc.client.call.duration": [
            (
                1,
                {
                    "rpc.system.name": "vercel",
                    "rpc.method": CALL,
                    "rpc.response.status_code": "200",
                    **server,
                },
            )
        ],
        "vercel_marketplace.client.retries": [(1, {"rpc.method": CALL})],
    }
    assert recorder.points("http.client.request.duration") == [
        (1, attempt | {"http.response.status_code": 503, "error.type": "503"}),
        (1, attempt | {"http.response.status_code": 200}),
    ]


def test_attempts_may_be_left_to_the_http_library(way, fake, reading, recorder):
    """With `attempts=False` only the call must be a span, and only calls be measured."""
    fake.answers(reading.response)
    way.result_of(reading, transport=fake, hooks=recorder.hooks(attempts=False))
    assert recorder.names == [CALL]
    assert recorder.points("http.client.request.duration") == []


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    """Who has not installed OpenTelemetry must be told how."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "vercel_marketplace.telemetry")
    with pytest.raises(ImportError, match=r"vercel-marketplace\[otel\]"):
        __import__("vercel_marketplace.telemetry")
