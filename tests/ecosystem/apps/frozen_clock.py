"""Does what it is told, in that order: import, freeze the clock, submit an invoice, parse an event.

The first argument is the library that freezes the clock.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from hmac import HMAC

from marketplace import INSTALLATION, TOKEN, URL

NOW = datetime.now(UTC)


def freeze(library: str) -> None:
    """Stop the clock, for the rest of the process."""
    if library == "freezegun":
        import freezegun

        freezegun.freeze_time(NOW).start()
    else:
        import time_machine

        time_machine.travel(NOW, tick=False).start()


def submit(external_id: str) -> bool:
    """Submit an invoice that is dated by the clock; return whether it was accepted."""
    from datetime import datetime  # what a module imports that is loaded now

    from vercel_marketplace import SyncVercel
    from vercel_marketplace.models import LineItem, Period, SubmitInvoiceRequestBody

    now = datetime.now(UTC)
    with SyncVercel(bearer_token=TOKEN, server_url=URL) as vercel:
        submitted = vercel.marketplace.submit_invoice(
            integration_configuration_id=INSTALLATION,
            request_body=SubmitInvoiceRequestBody(
                external_id=external_id,
                invoice_date=now,
                period=Period(start=now - timedelta(days=1), end=now),
                items=[
                    LineItem(
                        billing_plan_id=external_id,
                        name="Compute",
                        price="1.00",
                        quantity=1,
                        units="month",
                        total="1.00",
                    )
                ],
            ),
        )
    return submitted.invoice_id is not None


def parse() -> str:
    """Parse a webhook, and return the name of its class."""
    from vercel_marketplace.webhooks import parse_event

    body = json.dumps(
        {
            "id": "evt_1",
            "type": "integration-configuration.removed",
            "createdAt": int(NOW.timestamp() * 1000),
            "payload": {"configuration": {"id": INSTALLATION, "projects": []}},
        }
    ).encode()
    return type(parse_event(body, HMAC(b"secret", body, sha1).hexdigest(), "secret")).__name__


library, *steps = sys.argv[1:]
done = []
for step in steps:
    if step == "models":
        pass
    elif step == "freeze":
        freeze(library)
    elif step == "event":
        done.append(parse())
    else:
        done.append(submit(f"{step}-{len(done)}"))
print(json.dumps(done))
