"""Makes calls that succeed and calls that fail under Sentry; prints what Sentry would send.

The argument says whether the client has `http_client`, hooks, or neither.
"""

import json
import logging
import sys

import httpx
import sentry_sdk
from marketplace import INSTALLATION, TOKEN, URL, connect
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.httpx import HttpxIntegration
from sentry_sdk.transport import Transport

from vercel_marketplace import CallContext, Err, Hooks, SyncVercel, VercelError
from vercel_marketplace.models import Secret, UpdateResourceSecretsRequestBody

SECRET = "postgres://of-the-customer"


class Recorder(Transport):
    """Keeps what Sentry would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it, as it goes over the wire."""
        self.sent.append(envelope.serialize().decode())


recorder = Recorder()
sentry_sdk.init(
    dsn="http://key@127.0.0.1:1/1",
    transport=recorder,
    auto_enabling_integrations=False,  # those of all that is installed here take seconds
    integrations=[HttpxIntegration()],
    traces_sample_rate=1,
    send_default_pii=True,
    max_value_length=10_000,
)
logging.getLogger("vercel_marketplace").setLevel(logging.DEBUG)


def set_secrets(vercel: SyncVercel) -> None:
    """Set the secrets of a resource, and report the error that it comes to."""
    try:
        vercel.marketplace.update_resource_secrets_by_id(
            integration_configuration_id=INSTALLATION,
            resource_id="db_missing",
            request_body=UpdateResourceSecretsRequestBody(
                secrets=[Secret(name="DATABASE_URL", value=SECRET)]
            ),
        )
    except VercelError:
        sentry_sdk.capture_exception()


def begin(context: CallContext) -> None:
    """Start a span for a call."""
    span = sentry_sdk.start_span(op="vercel", name=context.operation_id)
    span.set_data("installation", context.integration_configuration_id)
    context.state["sentry"] = span.__enter__()


def end(context: CallContext, outcome: object) -> None:
    """End it, whichever way the call ended."""
    span = context.state.pop("sentry")
    if isinstance(outcome, Err | BaseException):
        span.set_status("internal_error")
    span.__exit__(None, None, None)


hooks = Hooks(before_call=[begin], after_call=[end]) if sys.argv[1] == "hooks" else None
client = httpx.Client() if sys.argv[1] == "http_client" else None
vercel = SyncVercel(bearer_token=TOKEN, server_url=URL, http_client=client, hooks=hooks, retries=0)
with sentry_sdk.start_transaction(op="task", name="billing"):
    connect(vercel)
    set_secrets(vercel.with_options(timeout=0.2))  # no response in time,
    set_secrets(vercel.with_options(server_url="http://127.0.0.1:1"))  # no connection,
    set_secrets(vercel)  # and a refusal
sentry_sdk.flush()

items = [json.loads(line) for sent in recorder.sent for line in sent.splitlines()]
print(
    json.dumps(
        {
            "errors": [
                item["exception"]["values"][-1]["type"] for item in items if "exception" in item
            ],
            "spans": [
                span["description"].replace(URL, "")
                for item in items
                for span in item.get("spans", ())
                if span["op"] in {"http.client", "vercel"}
            ],
            "secrets": [secret for secret in (TOKEN, SECRET) if secret in "".join(recorder.sent)],
        }
    )
)
