"""What the tests of the emulator over HTTP share: one server, a new emulator for each test."""

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.emulator_http.control import Control
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.server.asgi import Application
from vercel_marketplace.emulator.server.serve import serve

PATIENCE = 10.0
RAW_HOSTS = ["a", "emulator"]  # what the raw requests of these tests are for


class Stage:
    """What is served: the emulator of the current test."""

    def __init__(self):
        self.emulator = Emulator()
        self.asgi = Application(self._deliver)

    def _deliver(self, request, _limits):
        return self.emulator._backend.deliver(request)


@pytest.fixture(scope="session")
def stage():
    """A server for the whole run; starting one takes longer than most tests."""
    stage = Stage()
    with serve(stage, allowed_hosts=RAW_HOSTS) as stage.url:
        yield stage


@pytest.fixture
def emulator(stage):
    """A new emulator, which is served."""
    stage.emulator = Emulator()
    return stage.emulator


@pytest.fixture
def control(emulator):
    """Its control API."""
    return Control(emulator)


@pytest.fixture
def url(stage, emulator):
    """Where it is served."""
    return stage.url


class Raw:
    """A connection that sends any bytes."""

    def __init__(self, url):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def sends(self, *parts):
        for part in parts:
            self.socket.sendall(part)
        return self

    def says_no_more(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reads(self, end=b""):
        """The bytes up to an end, or until the server closes."""
        read = b""
        while not end or not read.endswith(end):
            part = self.socket.recv(65_536)
            if not part:
                break
            read += part
        return read


@pytest.fixture
def raw(url):
    """A raw connection to the emulator."""
    with Raw(url) as connection:
        yield connection


@pytest.fixture
def new_raw(url):
    """Makes more of them, to this server or another."""
    with ExitStack() as stack:
        yield lambda at=url: stack.enter_context(Raw(at))


@pytest.fixture
def get_account():
    """A valid request, as bytes."""
    return (
        f"GET /v1/installations/{Emulator.installation_id}/account HTTP/1.1\r\n"
        f"host: emulator\r\nauthorization: Bearer {Emulator.token}\r\n\r\n"
    ).encode()
