"""What both sides talk to: a loopback server that answers as the API does, and little else.

Runs as a process of its own, so that its CPU time counts for neither side. Started as
`python server.py DELAY`, with the milliseconds to wait before each response. Prints its port, and
ends with its standard input.
"""

import asyncio
import json
import os
import re
import sys
import threading
from functools import partial
from typing import Any, Final, cast

_INVOICE: Final = json.dumps(
    {
        "invoiceId": "mi_1",
        "externalId": "acme-2026-10",
        "state": "paid",
        "invoiceNumber": "ACME-0042",
        "invoiceDate": "2026-10-31T23:59:59.000Z",
        "period": {"start": "2026-10-01T00:00:00.000Z", "end": "2026-10-31T23:59:59.999Z"},
        "paidAt": "2026-11-02T08:15:30.250Z",
        "items": [
            {
                "billingPlanId": "plan_pro",
                "resourceId": "db_1",
                "name": "Compute",
                "details": "720 hours",
                "price": "0.05",
                "quantity": 720,
                "units": "hours",
                "total": "36.00",
            },
            {
                "billingPlanId": "plan_pro",
                "name": "Support",
                "price": "10",
                "quantity": 1,
                "units": "month",
                "total": "10.00",
            },
        ],
        "total": "46.00",
        "created": "2026-11-01T00:00:03.120Z",
        "updated": "2026-11-02T08:15:30.250Z",
    }
).encode()


def _resource(number: int) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "partnerId": f"db_{number:024}",
        "internalId": f"ir_{number:024}",
        "name": f"orders-{number}",
        "status": "ready",
        "productId": "iap_Zp3cVbJ0TnXqYk7mRs2hLw9d",
        "billingPlanId": "plan_pro",
        "metadata": {"region": "fra1", "replicas": number % 3},
    }
    if number % 10 == 0:
        resource["notification"] = {
            "level": "warn",
            "title": "The storage is nearly full",
            "message": "Choose a larger plan.",
            "href": "https://acme.example/plans",
        }
    if number % 10 == 1:
        resource["protocolSettings"] = {
            "experimentation": {"edgeConfigId": "ecfg_1", "edgeConfigSyncingEnabled": True}
        }
    return resource


_RESOURCES: Final = json.dumps(
    {"resources": [_resource(number) for number in range(20_000)]}, separators=(",", ":")
).encode()


def _answer(status: bytes, body: bytes = b"") -> bytes:
    kind = b"content-type: application/json; charset=utf-8\r\n" if body else b""
    return (
        b"HTTP/1.1 %b\r\n"
        b"cache-control: public, max-age=0, must-revalidate\r\n"
        b"%bcontent-length: %d\r\n"
        b"date: Mon, 02 Nov 2026 08:15:31 GMT\r\n"
        b"server: Vercel\r\n"
        b"strict-transport-security: max-age=63072000\r\n"
        b"x-vercel-id: fra1::bench-1793607331000-0123456789ab\r\n"
        b"\r\n%b"
    ) % (status, kind, len(body), body)


_READ = _answer(b"200 OK", _INVOICE)
_LISTED = _answer(b"200 OK", _RESOURCES)
_SUBMITTED = _answer(b"200 OK", b'{"invoiceId":"mi_1"}')
_CREATED = _answer(b"201 Created")
_NOT_FOUND = _answer(b"404 Not Found", b'{"error":{"code":"not_found","message":"No such path"}}')

_ANSWERS: Final = (
    (re.compile(rb"GET /v1/installations/[^/ ]+/billing/invoices/[^/ ]+ "), _READ),
    (re.compile(rb"GET /v1/installations/[^/ ]+/resources "), _LISTED),
    (re.compile(rb"POST /v1/installations/[^/ ]+/billing/invoices "), _SUBMITTED),
    (re.compile(rb"POST /v1/installations/[^/ ]+/(billing|events) "), _CREATED),
)
_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")


class Exchange(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, delay: float) -> None:
        """Begin between two requests; `delay` is how long to wait with an answer, in seconds."""
        self._delay = delay
        self._head = b""
        self._left = 0
        self._answer = _NOT_FOUND

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer once the request is complete; its body is only counted."""
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            self._answer = next((a for line, a in _ANSWERS if line.match(head)), _NOT_FOUND)
            length = _LENGTH.search(head)
            self._left = (int(length[1]) if length else 0) - len(body)
        if self._left:
            return
        if self._delay:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._transport.write, self._answer)
        else:
            self._transport.write(self._answer)


async def main() -> None:
    """Serve on a free port."""
    begin = partial(Exchange, int(sys.argv[1]) / 1000)
    server = await asyncio.get_running_loop().create_server(begin, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    asyncio.run(main())
