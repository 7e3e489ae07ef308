"""The ASGI application by itself: how it reads a scope, and what it sends."""

import json
import logging
import tracemalloc

import anyio
import httpx
import pytest

from vercel_marketplace import Headers, HTTPResponse
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.server.asgi import DROP, MAX_BODY_BYTES, Application

FOUND = HTTPResponse(
    200, headers=Headers({"content-type": "application/json"}), content=b'{"url": "/", "id": 1}'
)
DISCONNECT = {"type": "http.disconnect"}
pytestmark = pytest.mark.anyio


class Exchange:
    """A server's side of one exchange.

    Attributes:
        seen: The requests that the application handed on.
        sent: The messages that it sent.
    """

    def __init__(self, delivery=None, messages=(), **scope):
        self.seen = []
        self.sent = []
        self._delivery = delivery or Outcome(response=FOUND)
        self._messages = list(messages or [{"type": "http.request", "body": b""}])
        self._scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/x",
            "raw_path": b"/v1/x",
            "query_string": b"",
            "headers": [],
            "server": ("127.0.0.1", 8787),
        } | scope

    async def run(self, **settings):
        application = Application(self._deliver).with_settings(**settings)
        await application(self._scope, self._receive, self._send)
        return self

    def _deliver(self, request, _limits):
        self.seen.append(request)
        if isinstance(self._delivery, Exception):
            raise self._delivery
        return self._delivery

    async def _receive(self):
        if not self._messages:
            await anyio.sleep_forever()
        return self._messages.pop(0)

    async def _send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return dict(self.sent[0]["headers"])

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:] if "body" in message)


CAN_DROP = {"extensions": {DROP: {}}}

# Responses -----------------------------------------------------------------------------


async def test_a_response_has_its_length():
    """A response is sent whole, with its own headers and its length."""
    exchange = await Exchange().run()

    assert (exchange.status, exchange.body) == (200, FOUND.content)
    assert exchange.headers == {
        b"content-type": b"application/json",
        b"content-length": b"%d" % len(FOUND.content),
    }


@pytest.mark.parametrize("status", [204, 304])
async def test_a_response_that_can_have_no_body_has_none(status):
    """204 and 304 are sent without a body and without its length."""
    response = HTTPResponse(status, content=b"left over")
    exchange = await Exchange(Outcome(response=response)).run()

    assert (exchange.status, exchange.headers, exchange.body) == (status, {}, b"")


async def test_a_response_to_head_has_the_length_alone():
    """The response to HEAD is that to GET without the body."""
    exchange = await Exchange(method="HEAD").run()

    assert (exchange.headers[b"content-length"], exchange.body) == (b"21", b"")


async def test_an_empty_response_to_head_has_no_length():
    """Where the body of a GET is not known, its length is not invented."""
    exchange = await Exchange(Outcome(response=HTTPResponse(200)), method="HEAD").run()

    assert (exchange.headers, exchange.body) == ({}, b"")


async def test_an_empty_response_has_the_length_zero():
    """A 201 is empty, and says so."""
    exchange = await Exchange(Outcome(response=HTTPResponse(201))).run()

    assert exchange.headers == {b"content-length": b"0"}


# Faults --------------------------------------------------------------------------------


async def test_a_dropped_connection_sends_nothing_else():
    """Where the server can drop a connection, a drop is all that happens."""
    exchange = await Exchange(Outcome(response=None), **CAN_DROP).run()

    assert exchange.sent == [{"type": DROP}]


async def test_where_none_can_be_dropped_a_drop_is_an_error():
    """Under another server a drop is a 502 that says what it stands for."""
    exchange = await Exchange(Outcome(response=None, truncate_at=3)).run()

    assert exchange.status == 502
    assert json.loads(exchange.body)["error"]["code"] == "bad_gateway"


async def test_a_response_is_truncated_at_a_byte():
    """A truncated response announces the length of the whole."""
    exchange = await Exchange(Outcome(response=FOUND, truncate_at=5), **CAN_DROP).run()

    assert exchange.headers[b"content-length"] == b"21"
    assert exchange.sent[1:] == [
        {"type": "http.response.body", "body": FOUND.content[:5], "more_body": True},
        {"type": DROP},
    ]


async def test_where_none_can_be_dropped_a_truncated_response_ends_in_an_exception():
    """Under another server a truncated response is never completed: the application fails."""
    exchange = Exchange(Outcome(response=FOUND, truncate_at=5))
    with pytest.raises(ConnectionAbortedError, match="truncates this response"):
        await exchange.run()

    assert exchange.body == FOUND.content[:5]
    assert exchange.sent[-1]["more_body"] is True


async def test_a_late_response_comes():
    """Latency delays a response and changes nothing else."""
    exchange = await Exchange(Outcome(response=FOUND, delay=0.01)).run()

    assert exchange.body == FOUND.content


async def test_latency_ends_when_the_client_goes():
    """A client that has disconnected gets no response, and nothing waits for it."""
    messages = [{"type": "http.request"}, {"type": "http.request"}, DISCONNECT]
    with anyio.fail_after(5):
        exchange = await Exchange(Outcome(response=FOUND, delay=3600), messages).run()

    assert (len(exchange.seen), exchange.sent) == (1, [])


# Requests ------------------------------------------------------------------------------


async def test_a_request_is_handed_on():
    """Method, headers and body are those that came; what frames them stays behind."""
    headers = [(b"x-a", b"1"), (b"host", b"a"), (b"content-length", b"4"), (b"cookie", b"")]
    messages = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"cd", "more_body": False},
    ]
    exchange = await Exchange(messages=messages, method="PUT", headers=headers).run()

    (request,) = exchange.seen
    assert (request.method, request.content) == ("PUT", b"abcd")
    assert request.headers == Headers({"x-a": "1", "cookie": ""})


async def test_a_request_without_a_body_has_none():
    """No body is `None`, as it is in the process."""
    exchange = await Exchange().run()

    assert exchange.seen[0].content is None


@pytest.mark.parametrize(
    ("scope", "url"),
    [
        ({"raw_path": b"/a%2Fb/c"}, "http://127.0.0.1:8787/a%2Fb/c"),
        ({"query_string": b"a=%20&b"}, "http://127.0.0.1:8787/v1/x?a=%20&b"),
        ({"raw_path": None, "path": "/a b"}, "http://127.0.0.1:8787/a%20b"),
        ({"raw_path": b"http://else.where:1/v1/y"}, "http://127.0.0.1:8787/v1/y"),
        ({"raw_path": b"*"}, "http://127.0.0.1:8787/*"),
        ({"raw_path": b"/my%20app/v1/x", "root_path": "/my app"}, "http://127.0.0.1:8787/v1/x"),
        ({"server": ("::1", 80), "scheme": "https"}, "https://[::1]:80/v1/x"),
        ({"server": ("/run/a.sock", None)}, "http://localhost/v1/x"),
        ({"server": None}, "http://localhost/v1/x"),
    ],
    ids=[
        "escaped",
        "query",
        "no raw path",
        "absolute",
        "asterisk",
        "mounted",
        "v6",
        "unix",
        "none",
    ],
)
async def test_a_url_is_as_it_was_asked_for(scope, url):
    """The URL keeps its escapes, and leaves out where the application is mounted."""
    exchange = await Exchange(**scope).run()

    assert exchange.seen[0].url == url


async def test_a_body_that_never_ends_gets_no_response():
    """A client that disconnects before its request is complete has sent none."""
    part = {"type": "http.request", "body": b"{", "more_body": True}
    exchange = await Exchange(messages=[part, DISCONNECT]).run()

    assert (exchange.seen, exchange.sent) == ([], [])


@pytest.mark.parametrize(("length", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
async def test_a_body_has_a_longest_length(length, status):
    """A body of the longest length is read, one of a byte more is refused."""
    exchange = await Exchange(messages=[{"type": "http.request", "body": bytes(length)}]).run()

    assert (exchange.status, len(exchange.seen)) == (status, 1 if status == 200 else 0)


async def test_a_long_body_is_not_kept():
    """Of a body of 200 MB no more is in memory than what shows that it is too long."""
    chunk = {"type": "http.request", "body": bytes(1_000_000), "more_body": True}
    messages = [*[chunk] * 200, {"type": "http.request", "body": b""}]
    tracemalloc.start()
    try:
        exchange = await Exchange(messages=messages).run()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert json.loads(exchange.body)["error"]["code"] == "payload_too_large"
    assert peak < 4 * MAX_BODY_BYTES


# Hosts and origins ---------------------------------------------------------------------


async def status_for(host, *, scheme="http", **settings):
    """The status of a request for a host under a server of the user's."""
    exchange = Exchange(headers=[(b"host", host)], scheme=scheme)
    await exchange.run(**settings)
    return exchange.status


@pytest.mark.parametrize(
    "host",
    [
        b"testserver",
        b"testserver.local",
        b"emulator:8000",
        b"localhost.",
        b"api.acme.test",
        b"acme.localhost:3000",
        b"host.docker.internal:8787",
        b"vercel.example",
        b"192.0.2.1:8787",
        b"[fd00::1]",
    ],
)
async def test_names_that_no_site_can_have_are_served(host):
    """By default a test client's names, a container's and addresses need no setting."""
    assert await status_for(host) == 200


@pytest.mark.parametrize(
    "host",
    [
        b"evil.com",
        b"evil.com.",
        b"testserver.evil.com:80",
        b"192.0.2.1.evil.com",
        b"example.evil",
        b"127.1",
        b"[::1",
        b"[]",
        b"a b",
    ],
)
async def test_names_that_a_site_can_have_are_refused(host):
    """By default a name that somebody can register is a 421, also where it resolves to here."""
    assert await status_for(host) == 421


@pytest.mark.parametrize(
    ("host", "scheme", "status"),
    [
        (b"emulator.acme.dev", "http", 200),
        (b"emulator.acme.dev:1", "http", 200),
        (b"secure.acme.dev", "https", 200),
        (b"secure.acme.dev:443", "https", 200),
        (b"secure.acme.dev", "http", 421),
        (b"127.0.0.1:8787", "http", 200),
        (b"127.0.0.1", "http", 421),
        (b"testserver", "http", 421),
    ],
)
async def test_allowed_hosts_take_the_place_of_the_default(host, scheme, status):
    """Only the names that are allowed are served, and the address that was called."""
    allowed = ["emulator.acme.dev", "secure.acme.dev:443"]

    assert await status_for(host, scheme=scheme, allowed_hosts=allowed) == status


async def test_each_host_of_several_must_be_allowed():
    """A server that passes two on cannot be made to look at the harmless one."""
    headers = [(b"host", b"localhost"), (b"host", b"evil.com")]
    exchange = await Exchange(headers=headers).run()

    assert (exchange.status, exchange.seen) == (421, [])


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        (b"testserver", b"http://testserver", 200),
        (b"testserver", b"https://testserver", 200),  # behind a proxy that speaks TLS
        (b"testserver", b"http://evil.com", 403),
        (None, b"http://testserver", 403),
    ],
)
async def test_an_origin_must_be_the_host(host, origin, status):
    """A page of another origin is refused under any server."""
    headers = [(b"origin", origin)] if host is None else [(b"host", host), (b"origin", origin)]
    exchange = await Exchange(headers=headers).run()

    assert exchange.status == status


# Bugs ----------------------------------------------------------------------------------


async def test_a_bug_is_a_500_in_the_apis_form():
    """A bug is an internal error on the wire, without its text."""
    exchange = await Exchange(RuntimeError("s3cr3t")).run()

    assert exchange.status == 500
    assert exchange.headers[b"x-vercel-id"].startswith(b"emulator::")
    assert json.loads(exchange.body) == {
        "error": {
            "code": "internal_server_error",
            "message": "An unexpected internal error occurred",
        }
    }


async def test_a_bug_is_logged_without_what_it_says(caplog):
    """The log names the error's class and place; its text may quote a request."""
    with caplog.at_level(logging.ERROR, "vercel_marketplace.emulator"):
        await Exchange(RuntimeError("s3cr3t")).run()

    assert "RuntimeError while handling a request, at " in caplog.text
    assert "test_asgi.py:" in caplog.text
    assert "s3cr3t" not in caplog.text


# Servers -------------------------------------------------------------------------------


async def test_the_lifespan_is_acknowledged():
    """Startup and shutdown are acknowledged."""
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    exchange = await Exchange(messages=messages, type="lifespan").run()

    assert [message["type"] for message in exchange.sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_a_websocket_is_refused():
    """Any other protocol is refused, as ASGI requires."""
    with pytest.raises(NotImplementedError, match="speaks HTTP, not websocket"):
        await Exchange(type="websocket").run()


async def test_an_emulator_is_an_application():
    """`emulator.asgi` works under anything that speaks ASGI, such as httpx."""
    emulator = Emulator()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(emulator.asgi)) as client:
        response = await client.get(
            f"http://emulator/v1/installations/{emulator.installation_id}/account",
            headers={"authorization": f"Bearer {emulator.token}"},
        )

    assert (response.status_code, response.json()["name"]) == (200, "Acme")


async def test_an_application_keeps_the_newest_requests():
    """Under any server the emulator keeps as many requests as it is told."""
    emulator = Emulator()
    transport = httpx.ASGITransport(emulator.asgi.with_settings(max_logged_requests=2))
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
        for path in ("/1", "/2", "/3"):
            await client.get(path)

    assert [request.url[-2:] for request in emulator.requests] == ["/2", "/3"]
