"""Whatever comes over the wire gets a response, and the server goes on."""

import json
import logging
import socket
import time

import pytest

from vercel_marketplace import HTTPResponse, block_on
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.server import serve as serving
from vercel_marketplace.emulator.server.protocol import MAX_HEAD_BYTES, EmulatorProtocol

OWN_LOG = "vercel_marketplace.emulator"
HEADER = b"x-header-of-a-client: 0123456789 0123456789 0123456789\r\n"
HALVES = {
    "head": b"GET / HT",
    "body": b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{",
}


def parsed(response):
    """Status and JSON of one response."""
    head, _, body = response.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def code_of(response):
    """Status and code of an error, which must have the API's form."""
    status, body = parsed(response)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert b"\r\nx-vercel-id: emulator::" in response
    return status, body["error"]["code"]


@pytest.fixture
def impatient(monkeypatch):
    """A server that gives up on a request after a moment."""
    monkeypatch.setattr(EmulatorProtocol, "request_timeout", 0.05)


@pytest.fixture
def late(stage, emulator):
    """An emulator that takes a moment for each response."""

    def deliver(request):
        response = block_on(emulator.transport(for_setup=True).send(request))
        return Outcome(response=response, delay=0.03)

    stage.emulator._backend.deliver = deliver


@pytest.fixture(autouse=True)
def _is_alive_afterwards(stage, new_raw, get_account, caplog):
    """Each test leaves a server that responds and has logged no error."""
    yield
    stage.emulator = Emulator()
    assert parsed(new_raw().sends(get_account).reads(b"}"))[0] == 200
    logged = caplog.get_records("call") + caplog.get_records("teardown")
    assert [r for r in logged if r.levelno >= logging.ERROR and r.name != OWN_LOG] == []


# What is not HTTP ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # the beginning of TLS
        b"\x00" * 1000,
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # no host
        b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nnot a number\r\n",
    ],
    ids=[
        "tls",
        "zeros",
        "words",
        "header",
        "no host",
        "target",
        "length",
        "encoding",
        "chunk",
    ],
)
def test_garbage_is_a_bad_request(raw, garbage):
    """Bytes that are not HTTP are a 400, and the connection ends."""
    assert code_of(raw.sends(garbage).reads()) == (400, "bad_request")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"OPTIONS * HTTP/1.1\r\nhost: a\r\n", 404),
        (b"GET //[ HTTP/1.1\r\nhost: a\r\n", 404),
        (b"PROPFIND / HTTP/1.1\r\nhost: a\r\n", 404),
        (b"GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n", 404),
        (b"GET http://[/ HTTP/1.1\r\nhost: a\r\n", 404),
        (b"GET http://a/v1/x HTTP/1.1\r\nhost: a\r\n", 404),
    ],
    ids=["asterisk", "bracket", "method", "upgrade", "absolute bracket", "absolute"],
)
def test_odd_requests_reach_the_marketplace(raw, head, status):
    """The Marketplace responds to everything that is HTTP."""
    response = raw.sends(head, b"connection: close\r\n\r\n").reads()

    assert code_of(response) == (status, "not_found")


def test_bytes_that_are_not_text_are_a_bad_request(raw, get_account):
    """A body of garbage is refused by the Marketplace itself."""
    head = get_account.replace(b"GET", b"POST").replace(b"/account", b"/events")
    request = head.replace(b"\r\n\r\n", b"\r\ncontent-length: 3\r\n\r\n") + b"\xff\x00{"

    assert code_of(raw.sends(request).reads(b"}}")) == (400, "bad_request")


# Too much ------------------------------------------------------------------------------


def test_a_body_of_50_megabytes_is_too_large(raw):
    """A client that sends everything before it reads gets a 413."""
    megabyte = bytes(1_000_000)
    head = (
        b"POST /v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 50000000\r\n\r\n"
    )
    response = raw.sends(head, *[megabyte] * 50).reads()

    assert code_of(response) == (413, "payload_too_large")


def test_ten_thousand_headers_are_too_large(raw):
    """Headers beyond the limit are a 431, even to a client that sends them all first."""
    assert len(HEADER) * 10_000 > 4 * MAX_HEAD_BYTES
    response = raw.sends(b"GET / HTTP/1.1\r\nhost: a\r\n", HEADER * 10_000, b"\r\n").reads()

    assert code_of(response) == (431, "headers_too_large")


@pytest.mark.parametrize("before", [0, 1], ids=["first", "pipelined"])
def test_a_head_that_does_not_end_is_too_large(raw, get_account, before):
    """One byte more than the limit without the end of the head is a 431."""
    head = b"GET / HTTP/1.1\r\nhost: a\r\nx-filler: "
    head += b"a" * (MAX_HEAD_BYTES + 1 - len(head))
    response = raw.sends(get_account * before, head).reads()

    assert response.count(b"HTTP/1.1 ") == before + 1
    assert response.rpartition(b"HTTP/1.1 ")[2][:3] == b"431"


def test_a_long_body_is_not_a_long_head(raw, get_account):
    """The limit is the head's: a body that arrives with it may be longer."""
    head = get_account.replace(b"\r\n\r\n", b"\r\ncontent-length: 100000\r\n\r\n")
    response = raw.sends(head + b" " * 100_000).reads(b"}")

    assert response.startswith(b"HTTP/1.1 200 ")


def test_long_headers_are_accepted(raw, get_account):
    """Headers within the limit are read, though they come in pieces."""
    assert len(HEADER) * 1000 < MAX_HEAD_BYTES
    raw.sends(get_account[:-2])
    for _ in range(4):
        raw.sends(HEADER * 250)
        time.sleep(0.01)

    assert parsed(raw.sends(b"\r\n").reads(b"}"))[0] == 200


def test_two_hundred_and_fifty_six_connections_are_served(new_raw, get_account):
    """Connections that are open at once all get a response."""
    connections = [new_raw() for _ in range(256)]
    for connection in connections:
        connection.sends(get_account)

    assert {parsed(connection.reads(b"}"))[0] for connection in connections} == {200}


def test_more_connections_than_the_limit_are_refused(stage, new_raw, monkeypatch, get_account):
    """Beyond its limit the server responds with a 503 and goes on."""
    monkeypatch.setattr(serving, "MAX_CONNECTIONS", 2)
    with serving.serve(stage, allowed_hosts=["emulator"]) as small:
        new_raw(small).sends(get_account).reads(b"}")
        response = new_raw(small).sends(get_account).reads()

    assert response.startswith(b"HTTP/1.1 503 ")


# Too slow ------------------------------------------------------------------------------


def test_slow_clients_do_not_keep_others_waiting(new_raw, get_account):
    """While 256 clients send a header a byte at a time, another one gets a response."""
    slow = [new_raw() for _ in range(256)]
    for byte in b"GET /v1":
        for connection in slow:
            connection.sends(bytes([byte]))

    assert parsed(new_raw().sends(get_account).reads(b"}"))[0] == 200


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("part", HALVES.values(), ids=HALVES)
def test_a_request_that_does_not_end_times_out(raw, part):
    """A request that takes too long to arrive is a 408, and the connection ends."""
    assert code_of(raw.sends(part).reads()) == (408, "request_timeout")


@pytest.mark.usefixtures("impatient")
def test_a_second_request_that_does_not_end_times_out(raw, get_account):
    """The second request on a connection has the same timeout."""
    raw.sends(get_account).reads(b"}")

    assert code_of(raw.sends(b"GET").reads()) == (408, "request_timeout")


@pytest.mark.usefixtures("impatient")
def test_an_idle_connection_is_closed(raw):
    """A connection on which nothing arrives is closed without a response."""
    assert raw.reads() == b""


@pytest.mark.usefixtures("impatient")
def test_a_trickle_does_not_lengthen_the_wait(raw):
    """A byte that arrives does not restart the timeout."""
    response = b""
    raw.socket.settimeout(0.02)
    for _ in range(500):
        try:
            raw.sends(b"x")
            response = raw.reads()
        except TimeoutError:
            continue
        break

    assert code_of(response) == (408, "request_timeout")


@pytest.mark.usefixtures("late")
def test_a_response_may_take_longer_than_a_request(raw, monkeypatch, get_account):
    """The timeout is for the request: the time until the response does not count."""
    monkeypatch.setattr(EmulatorProtocol, "request_timeout", 0.01)

    assert parsed(raw.sends(get_account).reads(b"}"))[0] == 200


# Half a conversation -------------------------------------------------------------------


def test_a_connection_that_was_not_used_just_ends(raw):
    """A client that closes its half without a request gets no response."""
    assert raw.says_no_more().reads() == b""


def test_a_client_that_disconnects_before_its_response_does_no_harm(new_raw, stage, get_account):
    """Clients that disconnect at any time leave the server as it was."""
    for part in (
        b"",
        b"GET",
        get_account,
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n",
    ):
        connection = new_raw().sends(part)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.socket.close()


def test_what_follows_a_refusal_is_not_read(raw, get_account):
    """After a refusal nothing else on the connection gets a response."""
    response = raw.sends(b"garbage\r\n\r\n").reads(b"}}") + raw.sends(get_account).reads()

    assert response.count(b"HTTP/1.1") == 1


# Faults --------------------------------------------------------------------------------


def delivers(stage, **delivery):
    stage.emulator._backend.deliver = lambda _: Outcome(**delivery)


def test_a_dropped_connection_has_no_byte_of_a_response(raw, stage, get_account):
    """A connection that is dropped ends without a byte."""
    delivers(stage, response=None)
    raw.sends(get_account)

    assert raw.reads() == b""


def test_a_truncated_response_announces_the_whole(raw, stage, get_account):
    """A truncated response has the length of the whole, and the bytes of a part."""
    delivers(stage, response=HTTPResponse(200, content=b"0123456789"), truncate_at=4)
    head, _, body = raw.sends(get_account).reads().partition(b"\r\n\r\n")

    assert (b"content-length: 10" in head, body) == (True, b"0123")


def test_a_response_that_cannot_be_altered_is_not_sent(raw, emulator, get_account, caplog):
    """If a test's function raises, the connection is dropped, and the log says where."""
    emulator.faults.alter("get-account-info", lambda body: body["s3cr3t"])

    assert raw.sends(get_account).reads() == b""
    assert "KeyError while altering a response, at " in caplog.text
    assert "s3cr3t" not in caplog.text


def test_a_bug_does_not_end_the_server(raw, stage, get_account):
    """A bug in the emulator is a 500 on the wire, without a traceback."""
    stage.emulator._backend.deliver = lambda _: 1 / 0
    response = raw.sends(get_account).reads(b"}}")

    assert code_of(response) == (500, "internal_server_error")
    assert b"Traceback" not in response
