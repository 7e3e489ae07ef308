"""Requests on the wire equal those that Vercel's own TypeScript SDK was recorded to send."""

import json

import pytest

from tests.contract.reading import contract, from_json
from tests.operations import OPERATIONS, exchange
from vercel_marketplace import Err, InvalidRequestError, RequestOptions, SDKValidationError
from vercel_marketplace.models import GetMemberRequest

CONTRACT = contract("requests.json")
SERVER = "https://api.example"
SEED_TOKEN = "<YOUR_BEARER_TOKEN_HERE>"

CAPTURES = {(c["operation"], c["case"]): c for c in CONTRACT["captures"]}

# The TypeScript SDK requires a grantType that the seed's example does not have; here it
# has a default, so that the example is sent as if it had named it.
EXPECTED = {key: c["request"] for key, c in CAPTURES.items()} | {
    ("exchange-sso-token", "seed"): CAPTURES["exchange-sso-token", "seed-with-grant"]["request"]
}


def send(key):
    operation_id, _ = key
    request = from_json(OPERATIONS[operation_id].request, CAPTURES[key]["input"])
    _, recorder = exchange(
        operation_id, request=request, server_url=SERVER, bearer_token=SEED_TOKEN
    )
    (sent,) = recorder.sent
    return sent


@pytest.mark.parametrize("key", CAPTURES, ids=" ".join)
def test_a_request_equals_the_recorded_one(key):
    """Method, raw path, query, JSON, token and media types are those of the recording."""
    expected = EXPECTED[key]
    body = expected["bodyText"]
    sent = send(key)
    path, _, query = sent.url.removeprefix(SERVER).partition("?")
    assert {
        "method": sent.method,
        "path": path,
        "query": query or None,
        "body": json.loads(sent.content) if sent.content else None,
        "authorization": sent.headers.get("authorization"),
        "accept": sent.headers["accept"],
        "content-type": sent.headers.get("content-type"),
    } == {
        "method": expected["method"],
        "path": expected["path"],
        "query": expected["query"],
        "body": json.loads(body) if body else None,
        "authorization": expected["headers"].get("authorization"),
        "accept": expected["headers"]["accept"],
        # Not copied, on purpose: the content type of a body that is not there.
        "content-type": "application/json" if body else None,
    }


@pytest.mark.parametrize("key", CAPTURES, ids=" ".join)
def test_a_body_left_out_is_not_a_missing_body(key):
    """A method that has a body sends an empty one for none, so that its length is framed."""
    assert (send(key).content is None) == (EXPECTED[key]["bodyFraming"] == "none")


@pytest.mark.parametrize("key", CAPTURES, ids=" ".join)
def test_no_cookie_is_sent(key):
    """The empty cookie header of the recordings is not copied."""
    assert "cookie" not in send(key).headers


def get_member(member_id):
    return exchange("get-member", request=GetMemberRequest("icfg_1", member_id), server_url=SERVER)


PATHS = CONTRACT["pathEncoding"]
CLIMBING = {"", ".", ".."}


@pytest.mark.parametrize(
    "entry", [e for e in PATHS if e["memberId"] not in CLIMBING], ids=lambda e: repr(e["memberId"])
)
def test_a_path_parameter_is_escaped_as_recorded(entry):
    """A parameter stays one segment of the path, whatever is in it."""
    _, recorder = get_member(entry["memberId"])
    assert recorder.sent[0].url == SERVER + entry["rawPath"]


@pytest.mark.parametrize("member_id", sorted(CLIMBING), ids=repr)
def test_a_path_parameter_that_names_another_path_is_refused(member_id):
    """Nothing is sent for an empty parameter, `.` or `..`, and the error names the field."""
    result, recorder = get_member(member_id)
    assert isinstance(result.error, SDKValidationError)
    assert [issue.path for issue in result.error.issues] == ["member_id"]
    assert recorder.sent == []


AUTH = {entry["case"]: entry for entry in CONTRACT["authVariants"]}
# Not copied, on purpose: spaces around a token are stripped.
STRIPPED = {"token with surrounding spaces": "Bearer tok_1"}
UNSENT = {"no token", "empty token", "token with a newline"}


def get_account(**settings):
    return exchange("get-account-info", **settings)


@pytest.mark.parametrize("case", sorted(AUTH.keys() - UNSENT))
def test_a_token_becomes_the_recorded_header(case):
    """A token is sent as recorded, whether it carries its `Bearer ` or not."""
    entry = AUTH[case]
    options = RequestOptions(headers=entry.get("headers", {}))
    _, recorder = get_account(bearer_token=entry["token"], options=options)
    expected = STRIPPED.get(case, entry["authorization"])
    assert recorder.sent[0].headers["authorization"] == expected


def test_headers_of_a_call_are_sent():
    """Headers of the options go out as given; a user agent among them replaces the SDK's."""
    options = RequestOptions(headers=AUTH["extra request headers"]["headers"])
    _, recorder = get_account(options=options)
    sent = recorder.sent[0].headers
    assert (sent["x-custom"], sent["user-agent"]) == ("1", "mine/1")


@pytest.mark.parametrize("case", ["no token", "empty token"])
def test_without_a_token_the_error_says_how_to_give_one(case, monkeypatch):
    """Where the recording went out without a token, nothing is sent and the remedy is named."""
    monkeypatch.delenv("VERCEL_TOKEN", raising=False)
    result, recorder = get_account(bearer_token=AUTH[case]["token"])
    assert isinstance(result.error, InvalidRequestError)
    assert "bearer_token=" in str(result.error)
    assert "VERCEL_TOKEN" in str(result.error)
    assert recorder.sent == []


def test_a_token_with_a_line_break_is_refused():
    """A token that no header can hold comes back as an error that does not show it."""
    token = AUTH["token with a newline"]["token"]
    result, recorder = get_account(bearer_token=token)
    assert isinstance(result, Err)
    assert isinstance(result.error, InvalidRequestError)
    assert token not in str(result.error)
    assert recorder.sent == []


@pytest.mark.parametrize("entry", CONTRACT["serverUrlVariants"], ids=lambda e: e["serverURL"])
def test_a_path_is_put_after_the_server_url(entry):
    """A server URL keeps its base path and query, as recorded."""
    server_url = entry["serverURL"].replace("HOST", "host.example:8080")
    _, recorder = get_account(server_url=server_url)
    assert recorder.sent[0].url == "http://host.example:8080" + entry["rawTarget"]
