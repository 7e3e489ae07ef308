"""Makes calls of three clients under ddtrace; prints what Datadog would be sent."""

import json
import os

os.environ |= {  # nothing leaves this machine
    "DD_TRACE_AGENT_URL": "http://127.0.0.1:1",
    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
    "DD_REMOTE_CONFIGURATION_ENABLED": "false",
    "DD_TRACE_OTEL_ENABLED": "true",
}

import ddtrace
import httpx
from ddtrace.opentelemetry import TracerProvider
from ddtrace.trace import Span, TraceFilter, tracer
from marketplace import TOKEN, URL, read_account

from vercel_marketplace import SyncVercel, telemetry


class Recorder(TraceFilter):
    """Keeps the spans, and sends none."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def process_trace(self, trace: list[Span]) -> None:
        """Keep them."""
        self.spans += trace


recorder = Recorder()
tracer.configure(trace_processors=[recorder])
ddtrace.patch(httpx=True)

read_account(SyncVercel(bearer_token=TOKEN, server_url=URL, http_client=httpx.Client()))
with_client = len(recorder.spans)
read_account(SyncVercel(bearer_token=TOKEN, server_url=URL))
alone = len(recorder.spans) - with_client


def trace_calls() -> SyncVercel:
    """Make a client whose calls and attempts are Datadog's spans."""
    hooks = telemetry.hooks(tracer_provider=TracerProvider())
    return SyncVercel(bearer_token=TOKEN, server_url=URL, hooks=hooks)


read_account(trace_calls())
calls = [span.resource for span in recorder.spans[with_client + alone :]]
texts = [f"{span.name} {span.resource} {span.get_tags()}" for span in recorder.spans]
print(
    json.dumps(
        {
            "http_client": with_client,
            "alone": alone,
            "telemetry": calls,
            "has_token": TOKEN in "".join(texts),
        }
    )
)
