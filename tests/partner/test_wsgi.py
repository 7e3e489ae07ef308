"""The partner API as a WSGI application: what it reads of an environ, and what it sends."""

import json
from io import BytesIO

import pytest

from tests.partner.acme import CLIENT_ID, INSTALL, INSTALLATION, Keys, PlainAcme, request
from vercel_marketplace import HTTPResponse
from vercel_marketplace._internal.wsgi import WSGIApplication, read_request
from vercel_marketplace.partner import SyncPartnerAPI
from vercel_marketplace.tokens import SyncTokenVerifier

PATH = f"/v1/installations/{INSTALLATION}"
CONTENT = json.dumps(INSTALL).encode()


@pytest.fixture
def partner():
    return PlainAcme()


@pytest.fixture
def api(partner):
    return SyncPartnerAPI(partner, verifier=SyncTokenVerifier(CLIENT_ID, transport=Keys()))


def environ(method="GET", path=PATH, content=b"", kind="user", **more):
    """What a server passes on of a request; `None` leaves a variable out."""
    headers = request(method, path, kind=kind).headers
    variables = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(content),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        **more,
    }
    return {name: value for name, value in variables.items() if value is not None}


def run(application, variables):
    """The status line, the headers and the body."""
    started = []
    content = b"".join(application(variables, lambda *given: started.append(given)))
    ((status, headers),) = started
    return status, dict(headers), content


def test_a_body_is_read_by_its_length(api, partner):
    """No more is read than belongs to the request."""
    stream = BytesIO(CONTENT + b"GET /next")
    status, headers, content = run(
        api.wsgi, environ("PUT", content=CONTENT, **{"wsgi.input": stream})
    )

    assert (status, headers, content) == ("204 No Content", {"cache-control": "no-store"}, b"")
    assert (stream.read(), len(partner.calls)) == (b"GET /next", 1)


@pytest.mark.parametrize("length", [None, "", "7"])
def test_chunks_are_read_where_the_server_reads_them(api, partner, length):
    """Where the server knows the end of the body, all of it is read."""
    more = {"wsgi.input_terminated": True, "CONTENT_LENGTH": length}
    more |= {"wsgi.input": BytesIO(CONTENT), "HTTP_TRANSFER_ENCODING": "chunked"}

    assert run(api.wsgi, environ("PUT", **more))[0] == "204 No Content"
    assert len(partner.calls) == 1


class Endless:
    """A body that never ends, and counts what is read of it."""

    def __init__(self):
        self.read_bytes = 0

    def read(self, size):
        self.read_bytes += size
        return bytes(size)


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ({"CONTENT_LENGTH": "50000000"}, 0),
        ({"CONTENT_LENGTH": "9" * 5000}, 0),
        ({"wsgi.input_terminated": True, "CONTENT_LENGTH": None}, 1_000_001),
    ],
)
def test_a_long_body_is_not_read(api, partner, more, most):
    """What is too long by its header is not read at all; of chunks, what shows that."""
    stream = Endless()
    status, _, content = run(api.wsgi, environ("PUT", **more, **{"wsgi.input": stream}))

    assert (status[:3], stream.read_bytes <= most) == ("413", True)
    assert json.loads(content)["error"]["code"] == "payload_too_large"
    assert partner.calls == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"CONTENT_LENGTH": "-1"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "1e3"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "²"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": str(len(CONTENT) + 1)}, "400 Bad Request"),
        ({"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}, "411 Length Required"),
    ],
)
def test_a_body_without_a_known_end_is_refused(api, partner, more, status):
    """What is cut off, or says wrongly how long it is, is not carried out."""
    assert run(api.wsgi, environ("PUT", content=CONTENT, **more))[0] == status
    assert partner.calls == []


def test_a_length_may_have_zeros_before_it(api):
    """That is odd, and valid."""
    more = {"CONTENT_LENGTH": f"000{len(CONTENT)}"}

    assert run(api.wsgi, environ("PUT", content=CONTENT, **more))[0] == "204 No Content"


def test_head_has_the_length_alone(api):
    """The response to HEAD is that to GET without its body."""
    got, headed = [
        run(api.wsgi, environ(method, f"{PATH}/resources/db_1", kind="system"))
        for method in ("GET", "HEAD")
    ]

    assert (headed[:2], headed[2]) == (got[:2], b"")
    assert int(headed[1]["content-length"]) == len(got[2]) > 0


def test_a_status_without_a_name_is_sent():
    """A status of the partner's own needs no phrase."""
    application = WSGIApplication(
        lambda _request: HTTPResponse(599), max_body_bytes=1, refuse=lambda *_: HTTPResponse(400)
    )

    assert run(application, environ())[0] == "599 "


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"PATH_INFO": "/v1/a b"}, "https://127.0.0.1:8000/v1/a%20b"),
        ({"PATH_INFO": "/v1/\xc3\xa9"}, "https://127.0.0.1:8000/v1/%C3%A9"),
        ({"SCRIPT_NAME": "/acme", "PATH_INFO": "/v1/a"}, "https://127.0.0.1:8000/v1/a"),
        (
            {"SCRIPT_NAME": "/acme", "PATH_INFO": "/v1/a/b", "REQUEST_URI": "/acme/v1/a%2Fb?x"},
            "https://127.0.0.1:8000/v1/a%2Fb",
        ),
        ({"PATH_INFO": "/v1/a/b", "RAW_URI": "/v1/a%2Fb"}, "https://127.0.0.1:8000/v1/a%2Fb"),
        ({"PATH_INFO": "/v1/b", "REQUEST_URI": "/v1/a"}, "https://127.0.0.1:8000/v1/b"),
        ({"QUERY_STRING": "a=%20"}, f"https://127.0.0.1:8000{PATH}?a=%20"),
        ({"SERVER_NAME": "::1"}, f"https://[::1]:8000{PATH}"),
        ({"PATH_INFO": None, "SCRIPT_NAME": None}, "https://127.0.0.1:8000/"),
    ],
)
def test_a_url_is_as_it_was_asked_for(more, url):
    """Where the server passes the path on as it was sent, and did not rewrite it, that counts."""
    assert read_request(environ(**more), b"").url == url


def test_headers_are_those_of_the_request():
    """Variables that are no headers stay behind, and so does the framing."""
    more = {"HTTP_HOST": "evil.example", "HTTP_X_A": "1", "HTTP_EMPTY": "", "OTHER": "x"}
    headers = read_request(environ(**more), b"").headers

    assert {*headers} == {"authorization", "content-type", "x-a", "x-vercel-auth"}
