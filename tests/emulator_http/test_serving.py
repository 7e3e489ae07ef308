"""`serve`, and a clock that runs."""

import logging
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from vercel_marketplace import SyncVercel, errors
from vercel_marketplace.emulator import Emulator, RunningClock, clock
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.server.protocol import EmulatorProtocol
from vercel_marketplace.emulator.server.serve import serve


def account(emulator, url):
    with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
        return vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )


def is_listening(url):
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), 1).close()
    except ConnectionRefusedError:
        return False
    return True


def test_an_emulator_serves_itself():
    """`emulator.serve()` returns the URL of a server that is ready."""
    emulator = Emulator()
    with emulator.serve() as url:
        assert account(emulator, url).name == "Acme"


def test_the_server_ends_with_the_block():
    """After the block nobody listens, and no thread is left."""
    before = threading.active_count()
    with serve(Emulator()) as url:
        assert is_listening(url)

    assert (is_listening(url), threading.active_count()) == (False, before)


def test_the_server_ends_with_an_exception():
    """An exception in the block ends the server and passes through."""
    with pytest.raises(ZeroDivisionError), serve(Emulator()) as url:
        _ = 1 / 0

    assert not is_listening(url)


def test_the_state_outlasts_the_server():
    """The state is the emulator's: it stays after the server, and for the next one."""
    emulator = Emulator()
    for _ in range(2):
        with serve(emulator) as url:
            account(emulator, url)

    assert len(emulator.requests) == 2


def test_the_server_ends_in_the_middle_of_anything(stage, new_raw, get_account, caplog):
    """Neither an idle client nor one that waits delays the end or causes a warning."""
    asked = threading.Event()
    stage.emulator = Emulator()

    def deliver(_):
        asked.set()
        return Outcome(response=None, delay=3600)

    with caplog.at_level(logging.WARNING), serve(stage, allowed_hosts=["emulator"]) as url:
        new_raw(url).sends(get_account).reads(b"}")
        stage.emulator._backend.deliver = deliver
        new_raw(url).sends(b"GET")
        waiting = new_raw(url).sends(get_account)
        assert asked.wait(10)

    assert (waiting.reads(), caplog.records) == (b"", [])


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::1", "::1"), ("::", "::1")]
)
def test_the_url_can_be_called(host, shown):
    """The URL names an address that a client can call, whatever is listened on."""
    emulator = Emulator()
    try:
        server = serve(emulator, host=host)
        with server as url:
            assert urlsplit(url).hostname == shown
            assert account(emulator, url).name == "Acme"
    except OSError as error:
        if ":" not in host or isinstance(error, errors.VercelError):
            raise
        pytest.skip("this machine has no IPv6")


def test_responses_do_not_wait_for_acknowledgements(monkeypatch):
    """The server's sockets send at once: Nagle's algorithm is off on each connection."""
    options = []

    def connection_made(self, transport):
        accepted = transport.get_extra_info("socket")
        options.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        H11Protocol.connection_made(self, transport)

    monkeypatch.setattr(EmulatorProtocol, "connection_made", connection_made)
    emulator = Emulator()
    with serve(emulator) as url:
        account(emulator, url)

    assert [bool(option) for option in options] == [True]


def test_a_port_that_is_taken_is_an_error():
    """Two servers cannot have the same port: the second one raises."""
    with serve(Emulator()) as url, pytest.raises(OSError, match="in use"):
        serve(Emulator(), port=urlsplit(url).port).__enter__()


def test_without_uvicorn_the_error_names_the_extra(monkeypatch):
    """Without uvicorn the message says what to install."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "vercel_marketplace.emulator.server.serve")
    with pytest.raises(ImportError, match=r'pip install "vercel-marketplace\[emulator\]"'):
        Emulator().serve()


def test_the_emulator_alone_loads_no_server():
    """Importing and making an emulator loads nothing of its server."""
    code = (
        "import sys; from vercel_marketplace.emulator import Emulator; Emulator().transport(); "
        "print({'uvicorn', 'vercel_marketplace.emulator.server.asgi'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)

    assert done.stdout.strip() == b"set()"


# What is kept of the requests ----------------------------------------------------------


def held(emulator):
    """The bytes of the bodies that an emulator keeps."""
    return sum(len(request.content or b"") for request in emulator.requests)


def test_large_requests_of_strangers_are_not_all_kept():
    """Of large unauthenticated requests the newest are kept, up to 16 MB of them."""
    emulator = Emulator()
    with serve(emulator) as url, httpx.Client(base_url=url) as client:
        for number in range(4):
            status = client.post(f"/{number}", content=bytes(9_900_000)).status_code
            assert (status, held(emulator)) == (404, 9_900_000)

    assert urlsplit(emulator.requests[0].url).path == "/3"


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({"max_logged_requests": 2}, 2),
        ({"max_logged_bytes": 25_000}, 2),
        ({"max_logged_bytes": 10_000}, 0),
        ({"max_logged_requests": 0}, 0),
    ],
)
def test_what_a_server_keeps_can_be_set(settings, kept):
    """The number of requests and their bytes are settings of the server."""
    emulator = Emulator()
    with emulator.serve(**settings) as url:
        for number in range(3):
            httpx.post(f"{url}/{number}", content=bytes(10_000))

    assert len(emulator.requests) == kept


def test_an_error_in_a_setting_leaves_the_port_free():
    """A server that cannot start does not go on listening."""
    with serve(Emulator()) as url:
        port = urlsplit(url).port
    with (
        pytest.raises(ValueError, match="max_logged_requests"),
        serve(Emulator(), port=port, max_logged_requests=-1),
    ):
        raise AssertionError

    assert not is_listening(url)


# The clock that runs -------------------------------------------------------------------


class Kind(type):
    """The class of a class that stands for `datetime`, as freezegun's does."""

    def __instancecheck__(cls, value):
        return isinstance(value, datetime)


class RealTime(datetime, metaclass=Kind):
    """The real time, which tests set."""

    moment = datetime(2026, 11, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz=None):
        return cls.moment


@pytest.fixture
def real_time(monkeypatch):
    """The time that a running clock goes by."""
    monkeypatch.setattr(clock, "datetime", RealTime)
    monkeypatch.setattr(RealTime, "moment", RealTime.moment)
    return RealTime


def test_a_running_clock_shows_the_time(real_time):
    """A new clock shows the real time, and an hour later an hour more."""
    clock = RunningClock()
    real_time.moment += timedelta(hours=1)

    assert clock.now() == datetime(2026, 11, 1, 1, tzinfo=UTC)


def test_a_running_clock_runs_on_from_where_it_is_set(real_time):
    """A clock that is set to another moment runs from there."""
    clock = RunningClock(datetime(2030, 1, 1, tzinfo=UTC))
    real_time.moment += timedelta(minutes=1)
    clock.set(datetime(2031, 1, 1, tzinfo=UTC))
    real_time.moment += timedelta(minutes=1)

    assert clock.now() == datetime(2031, 1, 1, 0, 1, tzinfo=UTC)


def test_a_running_clock_is_advanced(real_time):
    """Advancing it adds to the time that passes."""
    clock = RunningClock()
    real_time.moment += timedelta(hours=1)
    clock.advance(days=16)
    real_time.moment += timedelta(hours=1)

    assert clock.now() == datetime(2026, 11, 17, 2, tzinfo=UTC)


def test_a_running_clock_refuses_a_naive_moment():
    """It is as strict as the clock that stands still."""
    with pytest.raises(ValueError, match="timezone-aware"):
        RunningClock(datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)
