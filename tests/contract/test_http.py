"""`Headers`, `HTTPRequest` and `HTTPResponse`: values without I/O that keep secrets."""

import copy
import pickle

import attrs
import pytest

from vercel_marketplace import Headers, HTTPRequest, HTTPResponse

WORD = "open-sesame"


@pytest.mark.parametrize("name", ["X-Vercel-Id", "x-vercel-id", "X-VERCEL-ID"])
def test_headers_ignore_the_case_of_names(name):
    """A header is found however its name is written."""
    headers = Headers({"X-Vercel-Id": "iad1::1"})
    assert (headers[name], headers.get(name), name in headers) == ("iad1::1", "iad1::1", True)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), {}),
        ({"A": "1"}, {"a": "1"}),
        ([("A", "1"), ("B", "2")], {"a": "1", "b": "2"}),
        ([("A", "1"), ("a", "2")], {"a": "1, 2"}),
        (Headers({"A": "1"}), {"a": "1"}),
    ],
    ids=repr,
)
def test_headers_are_made_of_pairs(items, expected):
    """Names come out in lower case; those that occur several times are joined by commas."""
    assert dict(Headers(items)) == expected


def test_headers_are_merged_into_a_copy():
    """The right side replaces what has the same name; the left side stays as it was."""
    headers = Headers({"A": "1", "B": "2"})
    assert dict(headers | {"b": "3", "C": "4"}) == {"a": "1", "b": "3", "c": "4"}
    assert dict(headers) == {"a": "1", "b": "2"}


def test_equal_headers_hash_alike():
    """Order and case of the names do not count."""
    one, other = Headers({"A": "1", "B": "2"}), Headers({"b": "2", "a": "1"})
    assert (one == other, hash(one) == hash(other), one == Headers({"a": "1"})) == (
        True,
        True,
        False,
    )


def test_headers_can_not_be_changed():
    """There is no way to set or delete a header in place."""
    headers = Headers({"a": "1"})
    with pytest.raises(TypeError):
        headers["a"] = "2"
    with pytest.raises(TypeError):
        del headers["a"]


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]
)
@pytest.mark.parametrize(
    "value",
    [
        Headers({"A": "1"}),
        HTTPRequest(method="GET", url="https://h/", headers=Headers({"A": "1"}), timeout=5),
        HTTPResponse(200, headers=Headers({"A": "1"}), content=b"{}"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_wire_values_copy_and_pickle(value, again):
    """A copy is equal to the first."""
    assert again(value) == value


@pytest.mark.parametrize(
    "value",
    [
        *(
            Headers({name: WORD})
            for name in ("Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization")
        ),
        HTTPRequest(method="POST", url="https://h/", content=WORD.encode()),
        HTTPRequest(
            method="GET", url="https://h/", headers=Headers({"authorization": f"Bearer {WORD}"})
        ),
        HTTPResponse(200, content=WORD.encode()),
        HTTPResponse(200, headers=Headers({"set-cookie": WORD})),
    ],
    ids=lambda value: type(value).__name__,
)
def test_secrets_on_the_wire_are_not_shown(value):
    """No repr has a token, a cookie or a body."""
    assert WORD not in f"{value!r} {value}"


def test_other_headers_are_shown():
    """What is no secret helps to find a mistake."""
    assert repr(Headers({"Accept": "*/*", "Cookie": "a"})) == (
        "Headers({'accept': '*/*', 'cookie': '***'})"
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        ("grün".encode(), "grün"),
        ("\ufeffgrün".encode(), "grün"),
        (b"a\xffb", "a\ufffdb"),
    ],
)
def test_a_body_is_always_readable_as_text(content, text):
    """A byte order mark is dropped, and what is not UTF-8 replaced."""
    assert HTTPResponse(200, content=content).text == text


@pytest.mark.parametrize(
    ("headers", "request_id"), [({}, None), ({"X-Vercel-Id": "iad1::1"}, "iad1::1")]
)
def test_the_request_id_is_vercels(headers, request_id):
    """The id that Vercel's support asks for is at hand, where the response has one."""
    assert HTTPResponse(200, headers=Headers(headers)).request_id == request_id


def test_a_request_is_changed_by_making_another():
    """A hook that adds a header gives back a copy; the first stays as it was."""
    request = HTTPRequest(method="GET", url="https://h/", headers=Headers({"a": "1"}))
    changed = attrs.evolve(request, headers=request.headers | {"traceparent": "00"})
    assert (changed.headers.get("traceparent"), request.headers.get("traceparent")) == ("00", None)
