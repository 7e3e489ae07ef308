"""Answers without a body: HEAD, whatever its headers promise, and a 304, on a real connection."""

import httpx
import pytest

from vercel_marketplace import (
    Headers,
    HTTPResponse,
    Ok,
    VercelCore,
    VercelForbiddenError,
    VercelServerError,
    block_on,
)
from vercel_marketplace.funcs import marketplace_head_global_config
from vercel_marketplace.models import HeadGlobalConfigRequest

HEAD, GET, PUT = "head_global_config", "get_global_config", "replace_global_config"


@pytest.mark.parametrize("case", [HEAD], indirect=True)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_length": 5000, "content_type": "application/json"},
        {"content_length": 5000, "content_encoding": "gzip", "content_type": "application/json"},
        {"transfer_encoding": "chunked", "content_type": "text/html"},
    ],
    ids=["nothing", "a length", "an encoding", "chunks"],
)
def test_a_head_has_no_body_to_wait_for(way, server, case, headers):
    """Whatever length or encoding the headers name, the call ends with them, and is a success."""
    server.plays(server.head(200, etag='"1"', **headers))
    result = way.result_of(case, server_url=server.url, timeout=5)
    assert result == Ok(None)
    assert (result.response.content, result.response.headers["etag"]) == (b"", '"1"')
    assert (server.request.method, server.request.body) == ("HEAD", b"")


@pytest.mark.parametrize("case", [HEAD], indirect=True)
def test_a_connection_outlives_a_head(way, server, case):
    """The response to a HEAD is read to its end, so that the connection is used again."""
    server.plays(server.head(200, content_length=5000), times=3)

    async def story():
        async with way.core(server_url=server.url) as core:
            return [await case(core) for _ in range(3)]

    assert way.run(story) == [Ok(None)] * 3
    assert server.connections == [1, 1, 1]


@pytest.mark.parametrize("case", [HEAD], indirect=True)
def test_an_error_of_a_head_is_told_by_its_status(way, server, case):
    """There is no body to read a code from; class, status and request id are there."""
    server.plays(server.head(403, content_length=50, x_vercel_id="iad1::1"))
    error = way.error_of(case, server_url=server.url)
    assert type(error) is VercelForbiddenError
    assert (error.code, error.message, error.body) == (None, "Forbidden", "")
    assert error.request_id == "iad1::1"


@pytest.mark.parametrize("case", [HEAD], indirect=True)
def test_a_head_is_repeated(way, server, case):
    """A HEAD that failed for a passing reason is sent again."""
    server.plays(server.head(503, content_length=50, retry_after=0))
    server.plays(server.head(200))
    assert way.result_of(case, server_url=server.url) == Ok(None)
    assert [request.method for request in server.requests] == ["HEAD", "HEAD"]


def test_a_head_goes_through_a_client_of_the_users(server):
    """The long way to the wire knows HEAD as well."""
    server.plays(server.head(200, content_length=5000))
    with httpx.Client() as client:
        core = VercelCore.blocking("token", http_client=client, server_url=server.url)
        call = marketplace_head_global_config(core, HeadGlobalConfigRequest("icfg_1", "db_1"))
        assert block_on(call) == Ok(None)


@pytest.mark.parametrize("case", [GET, HEAD], indirect=True)
@pytest.mark.parametrize("headers", [{}, {"content_length": 500}], ids=["nothing", "a length"])
def test_a_304_is_a_success_without_a_value(way, server, case, headers):
    """A 304 has no body whatever its length says, and is `Ok(None)` with its headers."""
    server.plays(server.head(304, etag='"1"', **headers))
    result = way.result_of(case, server_url=server.url, timeout=5)
    assert result == Ok(None)
    assert (result.response.status_code, result.response.headers["etag"]) == (304, '"1"')


@pytest.mark.parametrize("case", [PUT], indirect=True)
def test_a_304_is_a_success_only_where_it_is_documented(fake, case):
    """Where no 304 is documented, it is what any other redirect is."""
    fake.answers(HTTPResponse(304))
    result = block_on(case(VercelCore.blocking("token", transport=fake)))
    assert "redirect" in result.error.message


@pytest.mark.parametrize("case", [GET], indirect=True)
def test_a_304_is_not_repeated(fake, case):
    """A 304 ends the call."""
    headers = Headers({"retry-after": "0"})
    fake.answers(HTTPResponse(503, headers=headers), HTTPResponse(304), HTTPResponse(500))
    assert block_on(case(VercelCore.blocking("token", transport=fake))) == Ok(None)
    assert len(fake.sent) == 2


@pytest.mark.parametrize("case", [GET], indirect=True)
def test_another_status_of_a_get_is_still_an_error(fake, case):
    """What is neither 200 nor 304 is an error of its class."""
    fake.answers(HTTPResponse(500))
    core = VercelCore.blocking("token", transport=fake)
    assert isinstance(block_on(case(core)).error, VercelServerError)
