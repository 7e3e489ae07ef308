"""OpenTelemetry: a span for each call and each attempt, and metrics.

Requires the extra `otel`, which is OpenTelemetry's API: `pip install "vercel-marketplace[otel]"`.
The SDK and the exporter are your application's.

```python
from vercel_marketplace import Vercel, telemetry

vercel = Vercel(bearer_token=token, hooks=telemetry.hooks())
```

Spans follow the semantic conventions: those for RPC describe a call, those for HTTP an attempt.
No span and no metric has a token, a header, a body, a query, or the text of an error.
"""

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeAlias, TypeVar
from urllib.parse import urlsplit

from attrs import evolve

from vercel_marketplace._internal.loggers import get_logger
from vercel_marketplace._internal.tracebacks import find_interrupt
from vercel_marketplace.context import CallContext
from vercel_marketplace.errors import VercelError
from vercel_marketplace.hooks import Hooks
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.version import __version__

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context

try:
    from opentelemetry import context as otel_context
    from opentelemetry import metrics, trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError as _error:
    _msg = (
        "vercel_marketplace.telemetry requires OpenTelemetry's API: "
        'pip install "vercel-marketplace[otel]"'
    )
    raise ImportError(_msg, name=_error.name) from _error

__all__ = ["hooks"]

P = ParamSpec("P")
R = TypeVar("R")

_Attributes: TypeAlias = dict[str, str | int]

# The conventions' own, for durations in seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_ERROR_STATUS = 400

_log = get_logger()


def hooks(
    *,
    tracer_provider: trace.TracerProvider | None = None,
    meter_provider: metrics.MeterProvider | None = None,
    attempts: bool = True,
    propagate: bool = False,
) -> Hooks:
    """Return hooks that make spans and metrics of the calls of a client, of either kind.

    Add them to your own hooks as the last: `mine + telemetry.hooks()`. The spans then describe
    what is sent, and your hooks cannot stop an attempt that has a span already.

    What fails in OpenTelemetry is logged, and changes no call.

    Args:
        tracer_provider: Where spans go; without it, to the global one.
        meter_provider: Where metrics go; without it, to the global one.
        attempts: Whether attempts get spans and a metric. Pass `False` if the library that sends
            the requests is instrumented itself: its spans are then children of a call's.
        propagate: Whether to send the trace's ids to Vercel, as the headers `traceparent` and
            `tracestate`, and never baggage. A request that already has a `traceparent` keeps it.
    """
    instrumentation = _Instrumentation(tracer_provider, meter_provider, attempts, propagate)
    return Hooks(
        before_call=[_harmless(instrumentation.begin_call)],
        before_request=[_harmless(instrumentation.begin_attempt)],
        after_success=[instrumentation.end_successful_attempt],
        after_error=[instrumentation.end_failed_attempt],
        after_call=[instrumentation.end_call],
    )


def _harmless(hook: Callable[P, R]) -> Callable[P, R | None]:
    """Keep a call going whatever OpenTelemetry raises before it."""

    @wraps(hook)
    def run(*args: P.args, **kwargs: P.kwargs) -> R | None:
        ambient = sys.exception()
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            if find_interrupt(error, ambient) is not None:
                raise
            _log.exception("telemetry failed; the call goes on")
            return None

    return run


class _OpenSpan:
    """A span that is current until it ends, and the attributes of its metrics."""

    def __init__(self, span: trace.Span, attributes: _Attributes) -> None:
        self.span = span
        self.attributes = attributes
        self._started = time.perf_counter()
        self._token: Token[Context] | None = None

    def make_current(self) -> None:
        """Make it current. Keep it first: an interrupt must find what it has to end."""
        self._token = otel_context.attach(trace.set_span_in_context(self.span))

    def add(self, attributes: _Attributes) -> None:
        """Add attributes to the span and its metrics."""
        self.span.set_attributes(attributes)
        self.attributes |= attributes

    def end(self, error_type: str | None) -> float:
        """End it, if it has not been; return how many seconds it took."""
        token, self._token = self._token, None
        if token is not None:
            otel_context.detach(token)
        if error_type is not None:
            self.add({"error.type": error_type})
            self.span.set_status(trace.StatusCode.ERROR)
        if self.span.is_recording():
            self.span.end()
        return time.perf_counter() - self._started


class _OpenCall:
    """What is open of a call: its span, and that of its present attempt."""

    def __init__(self, call: _OpenSpan) -> None:
        self.call = call
        self.attempt: _OpenSpan | None = None


class _Instrumentation:
    """The hooks. What they share of a call is in its state, under this object."""

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None,
        meter_provider: metrics.MeterProvider | None,
        attempts: bool,  # noqa: FBT001 (private, called once)
        propagate: bool,  # noqa: FBT001 (the same)
    ) -> None:
        self._attempts = attempts
        self._propagate = propagate
        self._tracer = trace.get_tracer(
            "vercel_marketplace", __version__, tracer_provider=tracer_provider
        )
        meter = metrics.get_meter("vercel_marketplace", __version__, meter_provider=meter_provider)
        self._call_duration = meter.create_histogram(
            "rpc.client.call.duration",
            unit="s",
            description="Duration of calls, with all their attempts.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._attempt_duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._retries = meter.create_counter(
            "vercel_marketplace.client.retries",
            unit="{retry}",
            description="Attempts of calls after the first.",
        )

    def begin_call(self, context: CallContext) -> None:
        """Start the call's span, and make it current."""
        method = f"vercel.marketplace/{context.operation_id}"
        attributes: _Attributes = {"rpc.system.name": "vercel", "rpc.method": method}
        span = self._start_span(method, attributes)
        installation = context.integration_configuration_id
        if installation:  # in no metric: a series for each installation would be too many
            shown = installation if installation.isprintable() else ascii(installation)
            span.set_attribute("vercel_marketplace.integration_configuration_id", shown)
        call = _OpenSpan(span, attributes)
        context.state[self] = _OpenCall(call)
        call.make_current()

    def begin_attempt(self, context: CallContext, request: HTTPRequest) -> HTTPRequest | None:
        """Start the attempt's span, make it current, and send its ids if they are wanted."""
        open_call: _OpenCall | None = context.state.get(self)
        if open_call is None:
            return None
        server = _server_of(request)
        open_call.call.add(server)
        if self._attempts:
            attributes: _Attributes = {"http.request.method": request.method, **server}
            span = self._start_span(request.method, attributes)
            span.set_attribute("url.full", _without_query(request))
            if context.attempt > 1:
                span.set_attribute("http.request.resend_count", context.attempt - 1)
            open_call.attempt = _OpenSpan(span, attributes)
            open_call.attempt.make_current()
        return _with_trace(request) if self._propagate else None

    def end_successful_attempt(self, context: CallContext, response: HTTPResponse) -> None:
        """End the attempt's span."""
        self._end_attempt(context, response.status_code, None)

    def end_failed_attempt(self, context: CallContext, error: VercelError) -> None:
        """End the attempt's span with what went wrong."""
        status = error.status_code
        is_error_status = status is not None and status >= _FIRST_ERROR_STATUS
        error_type = str(status) if is_error_status else type(error).__name__
        self._end_attempt(context, status, error_type)

    def end_call(
        self, context: CallContext, outcome: Result[object, VercelError] | BaseException
    ) -> None:
        """End the call's span, and that of an attempt that has no outcome of its own."""
        open_call: _OpenCall | None = context.state.get(self)
        if open_call is None:
            return
        attempts, status, error_type = context.attempt, None, None
        match outcome:
            case Ok():
                status = outcome.response.status_code
            case Err(error):
                attempts, status, error_type = error.attempts, error.status_code, _name_of(error)
                open_call.call.span.set_attribute(
                    "vercel_marketplace.may_have_taken_effect", error.may_have_taken_effect
                )
            case stop:
                error_type = _name_of(stop)
        try:
            if open_call.attempt is not None:
                open_call.attempt.end(error_type)
        finally:
            self._end_call(open_call.call, status, error_type, max(attempts - 1, 0))

    def _end_call(
        self, call: _OpenSpan, status: int | None, error_type: str | None, retries: int
    ) -> None:
        if status is not None:
            call.add({"rpc.response.status_code": str(status)})
        call.span.set_attribute("vercel_marketplace.retries", retries)
        seconds = call.end(error_type)
        self._call_duration.record(seconds, call.attributes)
        if retries:
            self._retries.add(retries, {"rpc.method": call.attributes["rpc.method"]})

    def _start_span(self, name: str, attributes: _Attributes) -> trace.Span:
        return self._tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes)

    def _end_attempt(
        self, context: CallContext, status: int | None, error_type: str | None
    ) -> None:
        open_call: _OpenCall | None = context.state.get(self)
        if open_call is None or open_call.attempt is None:
            return
        attempt = open_call.attempt
        if status is not None:
            attempt.add({"http.response.status_code": status})
        seconds = attempt.end(error_type)
        open_call.attempt = None
        self._attempt_duration.record(seconds, attempt.attributes)


def _server_of(request: HTTPRequest) -> _Attributes:
    """Return where a request goes."""
    url = urlsplit(request.url)
    server: _Attributes = {"server.address": url.hostname or ""}
    port = url.port or _DEFAULT_PORTS.get(url.scheme)
    return server if port is None else {**server, "server.port": port}


def _without_query(request: HTTPRequest) -> str:
    """Return the URL without what may be secret: the query, a user and a password."""
    url = urlsplit(request.url)
    return f"{url.scheme}://{request.host}{url.path}"


def _with_trace(request: HTTPRequest) -> HTTPRequest | None:
    """Return the request with the ids of the current span, unless it has some."""
    if "traceparent" in request.headers:
        return None
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return evolve(request, headers=request.headers | carrier)


def _name_of(error: BaseException) -> str:
    return type(error).__name__
