"""Whatever comes, there is a response."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.builders import INSTALLATION, WIRE, changed, error_of, respond, send
from vercel_marketplace import Headers, HTTPRequest
from vercel_marketplace.emulator import Emulator

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)  # surrogates, too
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | ANY_TEXT
    | st.sampled_from(["1.50", "2026-01-15T12:00:00Z", "9999-12-31T23:59:59-23:59", "total"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


def check(response):
    """A response is a documented one, and a refusal says why in JSON."""
    assert response.status_code in {200, 201, 202, 204, 400, 403, 404, 409, 422}
    assert response.request_id
    if response.status_code >= 400:
        assert json.loads(response.content)["error"]


@given(st.sampled_from(sorted(WIRE)), st.binary(max_size=200))
def test_any_bytes_are_answered(operation_id, content):
    """A body of any bytes gets a response from each operation."""
    method, path, _ = WIRE[operation_id]

    check(send(Emulator(), method, path, content))


def places_in(value, path=()):
    """The paths to everything in a JSON value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in entries:
        yield [*path, step]
        if isinstance(inner, dict | list):
            yield from places_in(inner, (*path, step))


PLACES = [(name, place) for name in sorted(WIRE) for place in places_in(WIRE[name][2])]


@given(st.sampled_from(PLACES), JSON)
def test_any_value_at_any_place_is_answered(where, value):
    """A body that is fine but for one value gets a response, whatever the value."""
    operation_id, place = where
    method, path, body = WIRE[operation_id]

    check(send(Emulator(), method, path, changed(body, place, value)))


@given(st.sampled_from(sorted(WIRE)), JSON, ANY_TEXT)
def test_any_json_is_answered(operation_id, value, name):
    """JSON of any kind, and a property of any name, gets a response."""
    method, path, body = WIRE[operation_id]

    check(send(Emulator(), method, path, json.dumps(value).encode()))
    check(send(Emulator(), method, path, {**body, name: value}))


@given(
    st.sampled_from(["GET", "POST", "PUT", "", "\x00"]) | ANY_TEXT,
    st.lists(ANY_TEXT | st.sampled_from(["", "..", "%", "%zz", "%ff", "%ed%a0%80", "[", "//"])),
    st.dictionaries(
        st.sampled_from(["authorization", "content-type", "x"]),
        ANY_TEXT | st.sampled_from([f"Bearer {Emulator.token}", "application/json"]),
    ),
    st.none() | st.binary(max_size=20),
)
def test_any_request_is_answered(method, segments, headers, content):
    """Any method, URL and headers get a response, below an installation or not."""
    for start in ("https://api.vercel.com/", f"/v1/installations/{INSTALLATION}/", "http://[", ""):
        url = start + "/".join(segments)
        request = HTTPRequest(method=method, url=url, headers=Headers(headers), content=content)
        check(respond(Emulator(), request))


@pytest.mark.parametrize("path", ["/member/%ff", "/member/%ed%a0%80", "/billing/invoices/%C3"])
def test_a_path_that_is_not_utf_8_is_refused(emulator, path):
    """Bytes that are no text name nothing: a 400, not a 404."""
    status, code, message = error_of(send(emulator, "GET", path))

    assert (status, code, message) == (
        400,
        "bad_request",
        "Invalid request: the path is not UTF-8.",
    )


@pytest.mark.parametrize("url", ["http://[", "https://api.vercel.com", "", "\ud800", "//[x]/v1"])
def test_a_url_that_is_none_is_not_found(emulator, url):
    """Half a URL is no endpoint."""
    assert error_of(respond(emulator, HTTPRequest(method="GET", url=url)))[0] == 404


@pytest.mark.parametrize(
    "content",
    [b'{"a":' * 50_000, b"[1" + b"0" * 5000 + b"]", b'{"x": NaN}', b"\xef\xbb\xbf{}"],
    ids=["deep", "digits", "NaN", "BOM"],
)
def test_what_python_does_not_read_is_refused(emulator, content):
    """Nesting without end, a number of thousands of digits, NaN: a 400 each."""
    method, path, _ = WIRE["submit-invoice"]

    assert error_of(send(emulator, method, path, content))[0] == 400


def test_the_last_of_repeated_names_counts(emulator):
    """A JSON object that has a name twice is read as JavaScript reads it."""
    content = b'{"event": 1, "event": {"type": "installation.updated"}}'

    assert send(emulator, "POST", "/events", content).status_code == 201
    assert len(emulator.received.events) == 1
