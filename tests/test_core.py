"""`VercelCore`: its configuration, what one call may change, and what it refuses."""

import copy
import math
import pickle

import anyio
import attrs
import pytest

from vercel_marketplace import (
    CallContext,
    Headers,
    Hooks,
    HTTPRequest,
    HTTPResponse,
    InvalidRequestError,
    Ok,
    RequestOptions,
    RequestTimeoutError,
    ResponseValidationError,
    RetryConfig,
    SDKValidationError,
    SyncVercel,
    UnexpectedClientError,
    Vercel,
    VercelCore,
    VercelNotFoundError,
    VercelServerError,
    block_on,
)


def sent_by(fake, case, options=None, **settings):
    """What one call of a blocking core sends."""
    fake.answers(case.response)
    result = block_on(case(VercelCore.blocking(transport=fake, **settings), options))
    assert result == Ok(case.value)
    (request,) = fake.sent
    return request


def refused(fake, case, options=None, **settings):
    """The error of a call that sends nothing."""
    fake.answers(case.response)
    settings = {"bearer_token": "token", **settings}
    result = block_on(case(VercelCore.blocking(transport=fake, **settings), options))
    assert fake.sent == []
    assert result.error.attempts == 0
    assert result.error.operation_id == case.name.replace("_", "-")
    return result.error


# Tokens --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "header"),
    [
        ("abc", "Bearer abc"),
        ("Bearer abc", "Bearer abc"),
        ("bearer abc", "bearer abc"),
        (" abc\n", "Bearer abc"),
        (lambda context: "abc", "Bearer abc"),
    ],
)
def test_the_token_goes_out_as_bearer(fake, reading, token, header):
    """A token must go out with `Bearer` before it, once."""
    assert sent_by(fake, reading, bearer_token=token).headers["authorization"] == header


def test_the_token_of_the_environment_is_read_when_the_core_is_made(fake, reading, monkeypatch):
    """Without a token, `VERCEL_TOKEN` must be taken, as it was when the core was made."""
    monkeypatch.setenv("VERCEL_TOKEN", "from-environment")
    core = VercelCore.blocking(transport=fake.answers(reading.response))
    monkeypatch.setenv("VERCEL_TOKEN", "too-late")
    block_on(reading(core))
    assert fake.sent[0].headers["authorization"] == "Bearer from-environment"


def test_a_given_token_goes_before_the_environment(fake, reading, monkeypatch):
    """`bearer_token` must win over `VERCEL_TOKEN`."""
    monkeypatch.setenv("VERCEL_TOKEN", "from-environment")
    assert sent_by(fake, reading, bearer_token="mine").headers["authorization"] == "Bearer mine"


@pytest.mark.parametrize("token", [None, "", "  ", lambda context: "", lambda context: None])
def test_a_call_without_a_token_is_refused(fake, reading, token):
    """No token must be an `InvalidRequestError`, and nothing sent."""
    assert isinstance(refused(fake, reading, bearer_token=token), InvalidRequestError)


@pytest.mark.parametrize("token", ["ab\r\nx-evil: 1", "ab\ncd", "ab\0", "tökèn"])
def test_a_token_that_no_header_can_hold_is_refused(fake, reading, token):
    """A line break in a token must not become another header, nor show in the error."""
    error = refused(fake, reading, bearer_token=token)
    assert isinstance(error, InvalidRequestError)
    assert token not in str(error)
    assert token not in repr(error)


def test_a_token_provider_is_told_which_call_it_is(fake, case):
    """A provider must be asked once a call, with the operation and its installation."""
    seen = []
    sent_by(fake, case, bearer_token=lambda context: seen.append(context) or "abc")
    installation = getattr(case.request, "integration_configuration_id", "")
    asked = [CallContext(case.name.replace("_", "-"), installation, attempt=1)]
    assert seen == (asked if installation else [])


@pytest.mark.anyio
async def test_a_token_provider_may_be_async(fake, reading):
    """An async provider must be awaited on an async core, in the core and in the options."""

    async def provider(context):
        return f"token-of-{context.integration_configuration_id}"

    core = VercelCore(provider, transport=fake.answers(reading.response))
    await reading(core)
    await reading(VercelCore("x", transport=fake), RequestOptions(bearer_token=provider))
    tokens = [request.headers["authorization"] for request in fake.sent]
    assert tokens == ["Bearer token-of-icfg_1"] * 2


def test_a_token_provider_is_asked_once_for_all_attempts(fake, reading):
    """A retry must use the token of the first attempt."""
    tokens = iter(["first", "second"])
    fake.answers(HTTPResponse(503), reading.response)
    core = VercelCore.blocking(lambda _: next(tokens), transport=fake)
    assert block_on(reading(core)).ok
    assert [r.headers["authorization"] for r in fake.sent] == ["Bearer first"] * 2


def test_a_token_provider_that_gives_nothing_is_told(fake, reading):
    """A provider that gives `None` must not read as if no token had been passed."""
    error = refused(fake, reading, bearer_token=lambda _: None)
    assert type(error) is InvalidRequestError
    assert "returned None" in str(error)


def test_an_error_of_the_sdk_in_a_token_provider_comes_back(fake, reading):
    """A provider that makes a call of its own may raise what that came to."""
    own = VercelNotFoundError("no such installation", status_code=404)

    def provider(context):
        raise own

    assert refused(fake, reading, bearer_token=provider) is own


def test_a_token_provider_that_raises_is_an_error(fake, reading):
    """What a provider raises must come back as the cause, with nothing sent."""
    broken = LookupError("the vault said s3cr3t")

    def provider(context):
        raise broken

    error = refused(fake, reading, bearer_token=provider)
    assert isinstance(error, UnexpectedClientError)
    assert error.__cause__ is broken
    assert error.request_sent is False
    assert "s3cr3t" not in str(error)
    assert "bearer_token" in str(error)


def test_headers_that_can_not_be_read_are_an_error(fake, reading):
    """What a user's own mapping raises must come back as the cause, with nothing sent."""

    class Broken(dict):
        def items(self):
            raise LookupError("s3cr3t")

    error = refused(fake, reading, RequestOptions(headers=Broken(x="1")))
    assert isinstance(error, UnexpectedClientError)
    assert isinstance(error.__cause__, LookupError)
    assert error.request_sent is False
    assert "s3cr3t" not in str(error)


def test_the_sso_exchange_never_sends_a_token(fake, sso):
    """No token may go out with `exchange_sso_token`, wherever it comes from."""
    options = RequestOptions(bearer_token="b", headers={"Authorization": "Bearer c"})
    request = sent_by(fake, sso, options, bearer_token="a")
    assert "authorization" not in request.headers


def test_the_sso_exchange_needs_no_token(fake, sso):
    """`exchange_sso_token` must work on a core that has no token."""
    assert "authorization" not in sent_by(fake, sso).headers


def test_no_repr_shows_the_token(fake):
    """The `repr` of clients, options and requests must not hold the token, nor a URL's key."""
    token = "tok-s3cr3t"
    options = RequestOptions(
        bearer_token=token,
        headers={"authorization": token},
        server_url=f"https://api.example.test?key={token}",
    )
    clients = [
        kind(token, transport=fake)
        for kind in (VercelCore, VercelCore.blocking, Vercel, SyncVercel)
    ]
    shown = repr([*clients, *(vars(client) for client in clients), options])
    assert token not in shown
    assert "https://api.vercel.com" in repr(clients[0])
    assert "server_url='https://api.example.test?***'" in repr(options)
    assert "server_url=None" in repr(RequestOptions())


# One call's options --------------------------------------------------------------------


def test_options_replace_the_token(fake, reading):
    """`bearer_token` in the options must win over the core's."""
    request = sent_by(fake, reading, RequestOptions(bearer_token="other"), bearer_token="mine")
    assert request.headers["authorization"] == "Bearer other"


def test_options_replace_the_server(fake, reading):
    """`server_url` in the options must win, its path and query kept."""
    options = RequestOptions(server_url="https://proxy.example.test:8443/base/?tag=1")
    request = sent_by(fake, reading, options, bearer_token="x", server_url="http://unused.test")
    assert request.url == f"https://proxy.example.test:8443/base{reading.path}?tag=1"


def test_options_add_and_replace_headers(fake, reading):
    """Headers in the options must be added, or stand in place of the SDK's, once."""
    headers = {"X-Trace": "1", "User-Agent": "mine", "AUTHORIZATION": "Bearer own"}
    request = sent_by(fake, reading, RequestOptions(headers=headers), bearer_token="x")
    assert dict(request.headers) == {
        "accept": "application/json",
        "user-agent": "mine",
        "x-trace": "1",
        "authorization": "Bearer own",
    }


@pytest.mark.parametrize(
    ("core", "options", "expected"),
    [(5, None, 5), (5, 2, 2), (5, math.inf, math.inf), (math.inf, None, math.inf)],
)
def test_options_replace_the_timeout(fake, reading, core, options, expected):
    """The limit of an attempt must be the options', else the core's."""
    request = sent_by(
        fake, reading, RequestOptions(timeout=options), bearer_token="x", timeout=core
    )
    assert request.timeout == expected


@pytest.mark.parametrize(
    ("options", "attempts"),
    [
        (RequestOptions(), 3),
        (RequestOptions(retries=RetryConfig("none")), 1),
        (RequestOptions(retries=RetryConfig(max_retries=1)), 2),
        (RequestOptions(retries=1), 2),
        (RequestOptions(retries=0), 1),
        (RequestOptions(retries=RetryConfig(retry_codes=[429])), 1),
        (RequestOptions(retries=RetryConfig(retry_codes=[])), 1),
        (RequestOptions(retries=RetryConfig(retry_codes=["5XX"])), 3),
        (RequestOptions(retries=RetryConfig(retry_codes=["5xx"])), 3),
        (RequestOptions(retries=RetryConfig(retry_codes=["500"])), 3),
    ],
)
def test_options_replace_the_retries(fake, reading, options, attempts):
    """`retries` in the options must rule that call."""
    fake.answers(HTTPResponse(500))
    error = block_on(reading(VercelCore.blocking("x", transport=fake), options)).error
    assert type(error) is VercelServerError
    assert (error.attempts, len(fake.sent)) == (attempts, attempts)


@pytest.mark.parametrize(
    "name",
    ["Host", "content-length", "Transfer-Encoding", "connection", "TE", "trailer", "upgrade"],
)
def test_headers_that_frame_the_request_are_refused(fake, refund, name):
    """A header that would change the framing must be refused by its name."""
    error = refused(fake, refund, RequestOptions(headers={name: "x"}))
    assert isinstance(error, InvalidRequestError)
    assert name in str(error)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-a": "1\r\nx-evil: 1"},
        {"x-a": "1\n2"},
        {"x-a": "\0"},
        {"x-a": "é"},
        {"x-a\r\nx-evil": "1"},
        {"x a": "1"},
        {"x-a:": "1"},
        {"": "1"},
        {"x-a": 1},
        {1: "x"},
        {"x-a": None},
    ],
    ids=repr,
)
def test_headers_that_can_not_be_sent_are_refused(fake, reading, headers):
    """Nothing in a header may end it or start another one."""
    assert isinstance(refused(fake, reading, RequestOptions(headers=headers)), InvalidRequestError)


@pytest.mark.parametrize("options", [{"timeout": 3}, 3, "x", RetryConfig()], ids=repr)
def test_options_of_the_wrong_type_are_refused(fake, reading, options):
    """What is no `RequestOptions` must be refused by the name of its type."""
    error = refused(fake, reading, options)
    assert isinstance(error, InvalidRequestError)
    assert type(options).__name__ in str(error)


@pytest.mark.parametrize(
    "server_url",
    ["", "api.vercel.com", "ftp://api.vercel.com", "https://", "https://u:p@host", "http://h:x"],
)
def test_a_server_url_that_is_none_is_refused(fake, reading, server_url):
    """A broken `server_url` must be refused, when the core is made and for one call."""
    assert isinstance(
        refused(fake, reading, RequestOptions(server_url=server_url)), InvalidRequestError
    )
    with pytest.raises(InvalidRequestError):
        VercelCore("token", server_url=server_url)


def test_a_request_of_another_operation_is_refused(fake, reading, refund):
    """The request of another operation must be an `SDKValidationError` that names both."""
    error = refused(fake, attrs.evolve(reading, request=refund.request))
    assert isinstance(error, SDKValidationError)
    assert "expected GetMemberRequest, got UpdateInvoiceRequest" in str(error)


# Making one ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "kind", "names"),
    [
        ({"bearer_token": 3}, TypeError, "bearer_token"),
        ({"timeout": "3"}, TypeError, "timeout"),
        ({"timeout": 0}, ValueError, "timeout"),
        ({"timeout": -1}, ValueError, "timeout"),
        ({"timeout": math.nan}, ValueError, "timeout"),
        ({"timeout": True}, TypeError, "timeout"),
        ({"retries": "3"}, TypeError, "retries"),
        ({"retries": True}, TypeError, "retries"),
        ({"retries": -1}, ValueError, "retries"),
        ({"hooks": []}, TypeError, "hooks"),
        ({"user_agent": "a\nb"}, ValueError, "user-agent"),
        ({"http_client": 1, "transport": 1}, TypeError, "not both"),
    ],
    ids=str,
)
@pytest.mark.parametrize("make", [VercelCore, VercelCore.blocking, Vercel, SyncVercel])
def test_an_argument_that_is_wrong_is_refused(make, settings, kind, names):
    """A setting of the wrong type or value must be refused by name when the core is made."""
    with pytest.raises(kind, match=names):
        make(**settings)


def test_a_copy_shares_the_connections(way, server, reading):
    """`with_options` must give a core with the same connections, and one end."""
    server.answers(reading.answer, times=2)

    async def story():
        async with way.core(server_url=server.url) as core:
            copy = core.with_options(bearer_token="other", timeout=3, user_agent="copy")
            assert (await reading(core)).ok
            assert (await reading(copy)).ok
            await copy.aclose()
            return await reading(core)

    assert "closed" in str(way.run(story).error)
    first, second = server.requests
    assert (first.connection, second.connection) == (1, 1)
    assert first.values("authorization") == ["Bearer token-of-tests"]
    assert second.values("authorization") == ["Bearer other"]
    assert second.values("user-agent") == ["copy"]


def test_a_copy_made_before_the_first_call_shares_them_too(server, reading):
    """The connections must be shared whichever of the two calls first."""
    server.answers(reading.answer, times=2)
    with SyncVercel("a", server_url=server.url) as vercel:
        copy = vercel.with_options(bearer_token="b")
        reading.call_method(copy)
        reading.call_method(vercel)
    assert server.connections == [1, 1]


def test_a_copy_keeps_what_is_not_given(fake, reading):
    """`with_options()` must keep every setting of the core."""
    seen = []
    hooks = Hooks(before_request=[lambda context, request: seen.append(1)])
    core = VercelCore.blocking(
        "abc", transport=fake.answers(reading.response), hooks=hooks, user_agent="ua", timeout=7
    )
    block_on(reading(core.with_options()))
    block_on(reading(core))
    assert fake.sent[0] == fake.sent[1]
    assert seen == [1, 1]


# Copies --------------------------------------------------------------------------------


@pytest.mark.parametrize("used", [False, True], ids=["before a call", "after a call"])
@pytest.mark.parametrize("make", [VercelCore, VercelCore.blocking, Vercel, SyncVercel])
def test_a_client_cannot_be_pickled(make, used, server, reading):
    """Pickling a client must be refused by what to do instead: it would write down the token."""
    client = make("token", server_url=server.url)
    if used:
        use(client, server, reading)
    with pytest.raises(TypeError, match=r"cannot be pickled.*make one in each process"):
        pickle.dumps(client)


@pytest.mark.parametrize("used", [False, True], ids=["before a call", "after a call"])
@pytest.mark.parametrize("make", [VercelCore, VercelCore.blocking, Vercel, SyncVercel])
def test_a_deep_copy_shares_the_connections(make, used, server, reading):
    """A deep copy must be a client like a copy by `with_options`, whenever it is made."""
    client = make("token", server_url=server.url)
    if used:
        use(client, server, reading)
    copied = copy.deepcopy(client)
    assert type(copied) is type(client)
    assert copied is not client
    assert core_of(copied)._transport is core_of(client)._transport


def core_of(client):
    """The core of a client, which may be one."""
    return getattr(client, "core", client)


def use(client, server, reading):
    """Make one call."""
    server.answers(reading.answer)

    async def story():
        core = core_of(client)
        result = await reading(core)
        await core.aclose()
        return result

    assert (block_on(story()) if core_of(client).is_blocking else anyio.run(story)).ok


# Transports ----------------------------------------------------------------------------


def test_a_function_may_be_the_transport(way, reading):
    """A function that returns a response must do as a transport, plain or async."""

    async def answer_async(request):
        return reading.response

    assert way.result_of(reading, transport=lambda request: reading.response) == Ok(reading.value)
    if not way.blocking:
        assert way.result_of(reading, transport=answer_async) == Ok(reading.value)


# What a token function raises ----------------------------------------------------------


class ObjectDoesNotExist(Exception):  # noqa: N818 (Django's name)
    """Stands for Django's."""


class DoesNotExist(ObjectDoesNotExist):
    """Stands for a model's."""


class SynchronousOnlyOperation(Exception):  # noqa: N818 (Django's name)
    """Stands for Django's."""


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (DoesNotExist, "is there a token stored for CallContext.integration_configuration_id"),
        (KeyError, "is there a token stored for CallContext.integration_configuration_id"),
        (SynchronousOnlyOperation, "make the function async and await the async methods"),
        (ZeroDivisionError, "unexpected ZeroDivisionError; see __cause__"),
    ],
)
def test_what_a_token_function_raises_says_what_to_do(fake, reading, kind, advice):
    """A missing row and blocking code in an event loop must be explained."""

    def provider(context):
        raise kind("s3cr3t")

    error = refused(fake, reading, bearer_token=provider)
    assert str(error).startswith("get-member (icfg_1): bearer_token: unexpected ")
    assert advice in str(error)
    assert "s3cr3t" not in str(error)


@pytest.mark.parametrize(
    "nested",
    [
        VercelServerError("down", status_code=503),
        ResponseValidationError("odd", status_code=200),
        RequestTimeoutError("late", request_sent=True),
    ],
    ids=repr,
)
def test_the_error_of_a_call_in_a_token_function_was_not_sent(fake, refund, nested):
    """An open outcome of another call must not make a refund look sent that was not."""
    nested.earlier_attempt_may_have_succeeded = True

    def provider(context):
        raise nested

    error = refused(fake, refund, bearer_token=provider)
    assert error is nested
    assert (error.request_sent, error.may_have_taken_effect) == (False, False)


# Headers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        ({"X-A": "1"}, True),
        ({"x-a": "1"}, True),
        (Headers({"X-a": "1"}), True),
        ({"x-a": "2"}, False),
        ({}, False),
        ({1: "1"}, False),
        ([("x-a", "1")], False),
    ],
    ids=repr,
)
def test_headers_equal_a_mapping(other, equal):
    """A test must be able to compare headers with a dict, whatever the case of names."""
    assert (Headers({"x-A": "1"}) == other) is equal


def test_a_request_names_its_host_only():
    """The host must be read from the URL without credentials, path or query."""
    for url in ("https://u:p@host:8443/path@x?q", "https://host:8443?a/b", "https://host:8443"):
        assert HTTPRequest(method="GET", url=url).host == "host:8443"
