"""The partner API as an ASGI application: what it reads of a scope, and what it sends."""

import json

import pytest

from tests.partner.acme import CLIENT_ID, INSTALL, INSTALLATION, AsyncAcme, Keys, request
from vercel_marketplace._internal.server_interface import choose_path
from vercel_marketplace.partner import PartnerAPI
from vercel_marketplace.tokens import TokenVerifier

pytestmark = pytest.mark.anyio

PATH = f"/v1/installations/{INSTALLATION}"
BIG = 1_000_000


@pytest.fixture
def partner():
    return AsyncAcme()


@pytest.fixture
def api(partner):
    return PartnerAPI(partner, verifier=TokenVerifier(CLIENT_ID, transport=Keys()))


class Exchange:
    """A server's side of one exchange."""

    def __init__(self, api, method="GET", path=PATH, messages=(), **scope):
        self.sent = []
        self.received = 0
        self._api = api
        self._messages = [*messages] or [{"type": "http.request", "body": b""}]
        kind = scope.pop("kind", "user")
        headers = request(method, path, kind=kind).headers
        self._scope = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "server": ("127.0.0.1", 8000),
        } | scope

    async def run(self):
        await self._api.asgi(self._scope, self._receive, self._send)
        return self

    async def _receive(self):
        self.received += 1
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
        return b"".join(message["body"] for message in self.sent[1:])


def body(content, *, more=False):
    return {"type": "http.request", "body": content, "more_body": more}


async def test_a_body_comes_in_pieces(api, partner):
    """The pieces of a body are put together."""
    content = json.dumps(INSTALL).encode()
    exchange = await Exchange(
        api, "PUT", messages=[body(content[:9], more=True), body(content[9:])]
    ).run()

    assert (exchange.status, exchange.body, len(partner.calls)) == (204, b"", 1)


async def test_a_long_body_is_not_read_to_its_end(api, partner):
    """Of 50 MB two pieces are read, and the response does not wait for the rest."""
    messages = [body(bytes(BIG), more=True)] * 50
    exchange = await Exchange(api, "PUT", messages=messages).run()

    assert (exchange.status, exchange.received, partner.calls) == (413, 2, [])
    assert json.loads(exchange.body)["error"]["code"] == "payload_too_large"


async def test_a_client_that_goes_has_sent_nothing(api, partner):
    """A request that is cut off is not carried out."""
    messages = [body(b"{", more=True), {"type": "http.disconnect"}]
    exchange = await Exchange(api, "PUT", messages=messages).run()

    assert (exchange.sent, partner.calls) == ([], [])


async def test_head_has_the_length_alone(api):
    """The response to HEAD is that to GET without its body."""
    path = f"{PATH}/resources/db_1"
    got, headed = [
        await Exchange(api, method, path, kind="system").run() for method in ("GET", "HEAD")
    ]

    assert (headed.headers, headed.body) == (got.headers, b"")
    assert int(headed.headers[b"content-length"]) == len(got.body) > 0


async def test_the_lifespan_is_acknowledged(api):
    """A server that starts the application alone is told that it is ready."""
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    exchange = await Exchange(api, messages=messages, type="lifespan").run()

    assert [message["type"] for message in exchange.sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_a_websocket_is_refused(api):
    """Any other protocol is refused, as ASGI requires."""
    with pytest.raises(NotImplementedError, match="speaks HTTP, not websocket"):
        await Exchange(api, type="websocket").run()


MOUNTED = {
    # Where the application is mounted, and what a framework makes of the scope.
    "not mounted": {"path": "/v1/a/b", "raw_path": b"/v1/a%2Fb"},
    "Starlette": {"path": "/acme/v1/a/b", "raw_path": b"/acme/v1/a%2Fb", "root_path": "/acme"},
    "the path alone": {"path": "/v1/a/b", "raw_path": b"/acme/v1/a%2Fb", "root_path": "/acme"},
    "both paths": {"path": "/v1/a/b", "raw_path": b"/v1/a%2Fb", "root_path": "/acme"},
    "Litestar": {"path": "/v1/a/b/", "raw_path": b"/acme/v1/a%2Fb", "root_path": ""},
    "escaped": {"path": "/my app/v1/a/b", "raw_path": b"/my%20app/v1/a%2Fb",
                "root_path": "/my app"},
    "a slash": {"path": "/acme/v1/a/b", "raw_path": b"/acme/v1/a%2Fb", "root_path": "/acme/"},
    "a query": {"path": "/v1/a/b", "raw_path": b"/v1/a%2Fb?x"},
}  # fmt: skip


@pytest.mark.parametrize("name", MOUNTED)
def test_a_mount_is_taken_off_and_escapes_stay(name):
    """Whatever a framework does to the path, an escaped slash stays one."""
    scope = MOUNTED[name]
    path = choose_path(scope["raw_path"].decode(), scope["path"], mount=scope.get("root_path", ""))

    assert path == "/v1/a%2Fb"


@pytest.mark.parametrize(
    ("raw", "path", "mount", "chosen"),
    [
        (None, "/v1/a b", "", "/v1/a%20b"),
        ("/acme", "/acme", "/acme", "/"),
        ("/acmes/v1", "/acmes/v1", "/acme", "/acmes/v1"),
    ],
)
def test_a_path_is_chosen(raw, path, mount, chosen):
    """Without the path as it was sent the decoded one counts; a mount ends at a slash."""
    assert choose_path(raw, path, mount=mount) == chosen
