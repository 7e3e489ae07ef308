"""Calls the API and reads a webhook, now and then on a frozen clock. Run by `test_user_types`.

The clock is frozen as freezegun does it: a subclass of `datetime` takes its place in the module and
wherever it was imported to, and passes for it in `isinstance` and `issubclass`.

Usage: `python frozen_clock.py STEPS`, a letter per step; a capital one is for a frozen clock.
"""

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import sys

REAL = dt.datetime
DAY = "2026-10-31T12:30:00+00:00"
INVOICE = {
    "invoiceId": "mi_1",
    "state": "paid",
    "invoiceDate": DAY,
    "period": {"start": DAY, "end": DAY},
    "items": [],
    "total": "1",
    "created": DAY,
    "updated": DAY,
}
EVENT = {
    "id": "evt_1",
    "type": "marketplace.invoice.paid",
    "createdAt": 1793449800000,
    "payload": {
        "configuration": {"id": "icfg_1"},
        "invoiceId": "mi_1",
        "period": {"start": DAY, "end": DAY},
        "invoiceDate": DAY,
        "invoiceTotal": "1",
    },
}


class FrozenMeta(type):
    """What makes a real `datetime` pass for a frozen one."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, REAL)

    def __subclasscheck__(cls, subclass):
        return issubclass(subclass, REAL)


class FrozenDatetime(REAL, metaclass=FrozenMeta):
    """A `datetime` on a clock that stands still."""


@contextlib.contextmanager
def frozen():
    """Freeze the clock."""
    replace(REAL, FrozenDatetime)
    try:
        yield
    finally:
        replace(FrozenDatetime, REAL)


def replace(old, new):
    """Put one class in the place of another, in every module that is loaded."""
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is old and module.__name__ != __name__:
                setattr(module, name, new)


def load_models():
    """Import every model."""
    from vercel_marketplace import models

    for name in models.__all__:
        getattr(models, name)


def call():
    """Submit an invoice that is dated now, and read one."""
    from vercel_marketplace import Headers, HTTPResponse, SyncVercel
    from vercel_marketplace.models import Period, SubmitInvoiceRequestBody

    sent = []
    headers = Headers({"content-type": "application/json"})

    def send(request):
        sent.append(request)
        return HTTPResponse(200, headers=headers, content=json.dumps(INVOICE).encode())

    transport = type("Transport", (), {"send": staticmethod(send)})()
    marketplace = SyncVercel("token", transport=transport).marketplace
    now = dt.datetime.fromisoformat(DAY)
    body = SubmitInvoiceRequestBody(invoice_date=now, period=Period(start=now, end=now), items=[])
    marketplace.submit_invoice(integration_configuration_id="icfg_1", request_body=body)
    assert json.loads(sent[0].content)["invoiceDate"] == "2026-10-31T12:30:00.000Z"
    invoice = marketplace.get_invoice(integration_configuration_id="icfg_1", invoice_id="mi_1")
    assert invoice.created == now


def receive():
    """Read a webhook."""
    from vercel_marketplace.webhooks import InvoicePaidEvent, parse_event

    body = json.dumps(EVENT).encode()
    event = parse_event(body, hmac.new(b"secret", body, hashlib.sha1).hexdigest(), "secret")
    assert isinstance(event, InvoicePaidEvent), event.issues
    assert event.created_at == dt.datetime.fromisoformat(DAY)


STEPS = {"l": load_models, "c": call, "r": receive}

if __name__ == "__main__":
    for step in sys.argv[1]:
        with frozen() if step.isupper() else contextlib.nullcontext():
            STEPS[step.lower()]()
