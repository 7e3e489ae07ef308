"""The rate limit, which tests set."""

import json

import pytest

from tests.emulator.builders import BILL, INSTALLATION, NOON, error_of, send
from vercel_marketplace import RetryConfig, SyncVercel, VercelRateLimitError

LIMIT = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
EPOCH = int(NOON.timestamp())


def shown(response):
    """What the headers of a response say of the limit."""
    return tuple(int(response.headers[name]) for name in LIMIT)


def test_every_response_shows_the_limit(emulator):
    """Without a limit set, responses and refusals show one that is never used up."""
    responses = [send(emulator, "GET", path) for path in ("/account", "/nowhere", "/member/x") * 10]
    responses.append(send(emulator, "GET", "/account", token="unknown"))
    responses.append(send(emulator, "POST", "/v1/integrations/sso/token"))

    assert {response.status_code for response in responses} == {200, 400, 403, 404}
    assert {shown(response) for response in responses} == {(1000, 999, EPOCH + 60)}


def test_a_limit_counts_down(emulator):
    """Each response has what is left, and when the count starts anew."""
    emulator.faults.set_rate_limit(total=3, per=90)
    remaining = []
    for _ in range(3):
        remaining.append(shown(send(emulator, "GET", "/account")))
        emulator.clock.advance(seconds=1)

    assert remaining == [(3, left, EPOCH + 90) for left in (2, 1, 0)]


def test_a_request_over_the_limit_is_refused(emulator):
    """It is a 429 with the limit in the body, in the headers, and the seconds to wait."""
    emulator.faults.set_rate_limit(total=1, per=90)
    send(emulator, "GET", "/account")
    emulator.clock.advance(seconds=10.5)

    response = send(emulator, "GET", "/account")

    assert response.status_code == 429
    error = json.loads(response.content)["error"]
    assert error == {
        "code": "rate_limited",
        "message": "Rate limit exceeded",
        "limit": {
            "remaining": 0,
            "reset": EPOCH + 90,
            "resetMs": (EPOCH + 90) * 1000,
            "total": 1,
        },
    }
    assert shown(response) == (1, 0, EPOCH + 90)
    assert response.headers["retry-after"] == "80"
    assert response.request_id == "emulator::2"


def test_a_refused_request_is_not_processed(emulator):
    """An invoice over the limit is not made, and can be submitted later."""
    emulator.faults.set_rate_limit(total=0)
    assert send(emulator, "POST", "/billing/invoices", BILL).status_code == 429
    assert emulator.invoices == {}

    emulator.faults.set_rate_limit(total=None)

    assert send(emulator, "POST", "/billing/invoices", BILL).status_code == 200


@pytest.mark.parametrize("seconds", [60, 61, 10**6, -1, -(10**6)])
def test_the_count_starts_anew(emulator, seconds):
    """When the time is over, or the clock was set back, the limit is whole again."""
    emulator.faults.set_rate_limit(total=1, per=60)
    send(emulator, "GET", "/account")

    emulator.clock.advance(seconds=seconds)

    response = send(emulator, "GET", "/account")
    assert (response.status_code, shown(response)[1:]) == (200, (0, EPOCH + seconds + 60))


def test_each_token_has_a_limit_of_its_own(emulator):
    """What one installation uses is not taken from another; strangers share one."""
    emulator.faults.set_rate_limit(total=1)
    other = emulator.installations.add()
    path = f"/v1/installations/{other.installation_id}/account"

    calls = [
        send(emulator, "GET", "/account"),
        send(emulator, "GET", "/account"),
        send(emulator, "GET", path, token=other.token),
        send(emulator, "GET", path, token="unknown"),
        send(emulator, "POST", "/v1/integrations/sso/token", token="another"),
    ]

    assert [call.status_code for call in calls] == [200, 429, 200, 403, 429]


def test_refusals_of_another_kind_count(emulator):
    """A 404 uses the limit up like a response."""
    emulator.faults.set_rate_limit(total=1)

    assert error_of(send(emulator, "GET", "/nowhere"))[0] == 404
    assert send(emulator, "GET", "/account").status_code == 429


def test_setting_a_limit_starts_the_count(emulator):
    """A limit that is set again is whole."""
    emulator.faults.set_rate_limit(total=1)
    send(emulator, "GET", "/account")

    emulator.faults.set_rate_limit(total=1)

    assert send(emulator, "GET", "/account").status_code == 200


@pytest.mark.parametrize(
    ("total", "per"),
    [(-1, 60), (1, 0), (1, -1), (1, float("nan")), (1, float("inf")), (1, 1e300)],
)
def test_a_limit_has_to_make_sense(emulator, total, per):
    """A negative total, and a span of nothing, of less or without end, are refused."""
    with pytest.raises(ValueError, match="total must be at least 0"):
        emulator.faults.set_rate_limit(total=total, per=per)


def test_the_sdk_reads_the_limit(emulator):
    """A client gets a `VercelRateLimitError` with the wait and the limit."""
    emulator.faults.set_rate_limit(total=0, per=60)
    retries = RetryConfig(max_retries=0)
    with (
        SyncVercel(
            bearer_token=emulator.token, transport=emulator.transport(), retries=retries
        ) as vercel,
        pytest.raises(VercelRateLimitError) as caught,
    ):
        vercel.marketplace.get_account_info(integration_configuration_id=INSTALLATION)

    error = caught.value
    assert error.retry_after == 60
    assert (error.limit.total, error.limit.remaining, error.limit.reset) == (0, 0, EPOCH + 60)
