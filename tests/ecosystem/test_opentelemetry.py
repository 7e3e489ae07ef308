"""OpenTelemetry: the instrumentation of httpx, and the SDK's own."""

from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vercel_marketplace import SyncVercel, Vercel, telemetry


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of what is called while httpx is instrumented."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


@pytest.mark.parametrize("brings_client", [False, True], ids=["alone", "http_client"])
def test_each_attempt_is_a_span(emulator, url, spans, brings_client):
    """A call that is retried is a span for each attempt, with or without `http_client`."""
    emulator.faults.fail("get-account-info", status=503)

    with httpx.Client() as client:
        settings = {"http_client": client} if brings_client else {}
        vercel = SyncVercel(bearer_token=emulator.token, server_url=url, **settings)
        vercel.marketplace.get_account_info(integration_configuration_id=emulator.installation_id)
        vercel.close()

    statuses = [span.attributes["http.status_code"] for span in spans.get_finished_spans()]
    assert statuses == [503, 200]


@pytest.mark.anyio
async def test_async_calls_are_spans(emulator, url, spans):
    """An async call is a span, and its request carries the trace."""
    async with Vercel(bearer_token=emulator.token, server_url=url) as vercel:
        await vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )

    (span,) = spans.get_finished_spans()
    trace_id = f"{span.context.trace_id:032x}"
    assert trace_id in emulator.requests[0].headers["traceparent"]


def test_no_span_has_the_token(emulator, url, spans):
    """No span has the token."""
    with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
        vercel.marketplace.get_account_info(integration_configuration_id=emulator.installation_id)

    (span,) = spans.get_finished_spans()
    assert emulator.token not in span.to_json()


def test_the_spans_of_httpx_are_children_of_a_calls(emulator, url, spans):
    """With `attempts=False` and httpx instrumented, each attempt is one span below the call's."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    hooks = telemetry.hooks(tracer_provider=provider, attempts=False)
    emulator.faults.fail("get-account-info", status=503)
    with SyncVercel(bearer_token=emulator.token, server_url=url, hooks=hooks) as vercel:
        vercel.marketplace.get_account_info(integration_configuration_id=emulator.installation_id)

    first, second, call = spans.get_finished_spans()
    assert first.parent == second.parent == call.context


def test_a_program_needs_one_line(emulator, run):
    """A program that has set up OpenTelemetry gets all spans by `telemetry.hooks()`."""
    emulator.faults.fail("get-account-info", status=503)
    call = "vercel.marketplace/get-account-info"

    assert run("opentelemetry_calls.py") == [
        *(["GET", call], ["GET", call], [call, "nightly job"], ["nightly job", None]),
    ]
