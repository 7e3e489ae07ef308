"""Makes a call that is traced by OpenTelemetry; prints its spans."""

import json

from marketplace import TOKEN, URL, read_account
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vercel_marketplace import SyncVercel, telemetry

# For production, OTLPSpanExporter and BatchSpanProcessor.
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

vercel = SyncVercel(bearer_token=TOKEN, server_url=URL, hooks=telemetry.hooks())
with trace.get_tracer("billing").start_as_current_span("nightly job"):
    read_account(vercel)

spans = exporter.get_finished_spans()
names = {span.context.span_id: span.name for span in spans}
parents = [span.parent and names[span.parent.span_id] for span in spans]
print(json.dumps([[span.name, parent] for span, parent in zip(spans, parents, strict=True)]))
