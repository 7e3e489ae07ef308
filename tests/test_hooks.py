"""Hooks: when they are called, what they see, what they may change."""

import logging

import anyio
import attrs
import pytest

from vercel_marketplace import (
    BackoffStrategy,
    Err,
    Headers,
    Hooks,
    HTTPRequest,
    HTTPResponse,
    InvalidRequestError,
    Ok,
    RequestAbortedError,
    RequestOptions,
    RetryConfig,
    SDKError,
    UnexpectedClientError,
    VercelCore,
    VercelServerError,
    block_on,
)
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)


class Diary:
    """Hooks that note what they see; the second of each kind is async where it may be."""

    def __init__(self, *, blocking):
        self.seen = []
        self._blocking = blocking

    def hook(self, name):
        def note(context, subject):
            self.seen.append((name, context.attempt, subject))

        return note

    def later_hook(self, name):
        note = self.hook(name)

        async def note_async(context, subject):
            note(context, subject)

        return note if self._blocking else note_async

    @property
    def steps(self):
        return [(name, attempt) for name, attempt, _ in self.seen]

    @property
    def hooks(self):
        return Hooks(
            before_request=[self.hook("before"), self.later_hook("before too")],
            after_success=[self.hook("success"), self.later_hook("success too")],
            after_error=[self.hook("error"), self.later_hook("error too")],
        )


@pytest.fixture
def diary(way):
    """Hooks of both kinds, as far as the way accepts them."""
    return Diary(blocking=way.blocking)


def test_hooks_are_called_around_each_attempt(way, fake, reading, diary):
    """Hooks must be called for every attempt, each kind in its order, with what came of it."""
    broken = ConnectionError("broken", request_sent=True)
    fake.answers(HTTPResponse(503), broken, reading.response)
    result = way.result_of(reading, transport=fake, hooks=diary.hooks)
    assert result.ok
    attempts = [
        [("before", n), ("before too", n), (outcome, n), (f"{outcome} too", n)]
        for n, outcome in ((1, "error"), (2, "error"), (3, "success"))
    ]
    assert diary.steps == [step for attempt in attempts for step in attempt]
    outcomes = [subject for name, _, subject in diary.seen if name in {"error", "success"}]
    assert type(outcomes[0]) is VercelServerError
    assert outcomes[1] is broken
    assert outcomes[2] is result.response


def test_after_error_knows_the_attempt_of_its_error(way, fake, reading):
    """The error that a hook sees must carry the attempt and the operation already."""
    seen = []
    fake.answers(HTTPResponse(503))
    hooks = Hooks(after_error=[lambda _, error: seen.append((error.attempts, error.operation_id))])
    way.result_of(reading, transport=fake, hooks=hooks)
    assert seen == [(n, "get-member") for n in (1, 2, 3)]


def test_the_context_tells_which_call_it_is(fake, case):
    """A hook must be told the operation and the installation."""
    seen = []
    fake.answers(case.response)
    hooks = Hooks(before_request=[lambda context, request: seen.append(context)])
    block_on(case(VercelCore.blocking("x", transport=fake, hooks=hooks)))
    (context,) = seen
    assert context.operation_id == case.name.replace("_", "-")
    installation = getattr(case.request, "integration_configuration_id", "")
    assert context.integration_configuration_id == installation
    assert context.attempt == 1


def test_a_hook_sees_the_request_that_is_sent(fake, refund):
    """`before_request` must see method, URL, headers with the token, and body."""
    seen = []
    fake.answers(refund.response)
    hooks = Hooks(before_request=[lambda context, request: seen.append(request)])
    block_on(refund(VercelCore.blocking("abc", transport=fake, hooks=hooks)))
    assert seen == fake.sent
    (request,) = seen
    assert (request.method, request.url) == ("POST", f"https://api.vercel.com{refund.path}")
    assert request.headers["authorization"] == "Bearer abc"
    assert request.content == b'{"action":"refund","reason":"A mistake","total":"0.25"}'


def test_a_hook_may_replace_the_request(way, server, reading):
    """What a hook returns must be what the next hook sees and what is sent."""

    def number(context: object, request: HTTPRequest) -> HTTPRequest:
        held = request.headers.get("x-hooks", "0")
        return attrs.evolve(request, headers=request.headers | {"x-hooks": f"{held}+1"})

    server.answers(status=503).answers(reading.answer)
    result = way.result_of(
        reading,
        server_url=server.url,
        hooks=Hooks(before_request=[number, number]),
        retries=RetryConfig(backoff=BackoffStrategy(initial_interval=0)),
    )
    assert result.ok
    # Each attempt begins with the call's own request.
    assert [r.values("x-hooks") for r in server.requests] == [["0+1+1"]] * 2


def test_a_hook_may_send_the_call_elsewhere(server, new_server, reading):
    """A request with another URL must go there."""
    other = new_server().answers(reading.answer)

    def elsewhere(context, request):
        return attrs.evolve(request, url=request.url.replace(server.url, other.url))

    hooks = Hooks(before_request=[elsewhere])
    with VercelCore.blocking("x", server_url=server.url, hooks=hooks) as core:
        assert block_on(reading(core)).ok
    assert (len(server.requests), len(other.requests)) == (0, 1)


def test_a_hook_that_raises_before_ends_the_call(way, fake, refund, diary):
    """What `before_request` raises must come back as the cause, with nothing sent."""
    broken = ZeroDivisionError("s3cr3t")

    def fail(context, request):
        raise broken

    hooks = attrs.evolve(diary.hooks, before_request=[fail, diary.hook("before")])
    error = way.error_of(refund, transport=fake, hooks=hooks)
    assert type(error) is UnexpectedClientError
    assert error.__cause__ is broken
    assert error.request_sent is False
    assert "s3cr3t" not in str(error)
    assert "fail" in str(error)
    assert fake.sent == []
    assert ("before", 1) not in diary.steps


def test_a_hook_may_abort_the_call(way, fake, refund):
    """A `RequestAbortedError` out of a hook must come back as it is, with nothing sent."""
    stop = RequestAbortedError("the budget is spent")

    def abort(context, request):
        raise stop

    error = way.error_of(refund, transport=fake, hooks=Hooks(before_request=[abort]))
    assert error is stop
    assert error.operation_id == "update-invoice"
    assert error.attempts == 0
    assert fake.sent == []


def test_an_abort_before_a_repetition_tells_that_one_was_sent(way, fake, reading):
    """An abort on the second attempt must not look as if nothing had been sent."""
    stop = RequestAbortedError("once is enough")

    def abort(context, request):
        if context.attempt > 1:
            raise stop

    fake.answers(HTTPResponse(503))
    error = way.error_of(reading, transport=fake, hooks=Hooks(before_request=[abort]))
    assert error is stop
    assert len(fake.sent) == 1
    assert (error.attempts, error.request_sent) == (1, True)


@pytest.mark.parametrize("raised", [ZeroDivisionError, SDKError, RequestAbortedError])
def test_a_hook_that_raises_after_success_changes_nothing(way, fake, refund, caplog, raised):
    """An accepted refund must stay accepted whatever a hook does, and the failure be logged."""

    def fail(context, response):
        raise raised("broken hook")

    seen = []
    hooks = Hooks(after_success=[fail, lambda context, response: seen.append(response)])
    fake.answers(refund.response)
    with caplog.at_level(logging.ERROR, "vercel_marketplace"):
        result = way.result_of(refund, transport=fake, hooks=hooks)
    assert result.ok
    assert len(fake.sent) == 1
    assert seen == [result.response]
    (record,) = caplog.records
    assert "update-invoice" in record.message
    assert record.exc_info[0] is raised


@pytest.mark.parametrize("raised", [ZeroDivisionError, RequestAbortedError])
def test_a_hook_that_raises_after_an_error_changes_nothing(way, fake, reading, caplog, raised):
    """A broken `after_error` must not stop the retry, nor hide the error."""

    def fail(context, error):
        raise raised("broken hook")

    fake.answers(HTTPResponse(503), HTTPResponse(404))
    with caplog.at_level(logging.ERROR, "vercel_marketplace"):
        error = way.error_of(reading, transport=fake, hooks=Hooks(after_error=[fail]))
    assert error.status_code == 404
    assert len(fake.sent) == 2
    assert len(caplog.records) == 2


@pytest.mark.parametrize("kind", ["before_request", "after_success", "after_error"])
def test_an_interrupt_in_a_hook_passes_through(fake, reading, kind):
    """A `KeyboardInterrupt` in a hook must leave the call."""

    def interrupt(*_):
        raise KeyboardInterrupt

    fake.answers(HTTPResponse(404) if kind == "after_error" else reading.response)
    core = VercelCore.blocking("x", transport=fake, hooks=Hooks(**{kind: [interrupt]}))
    with pytest.raises(KeyboardInterrupt):
        block_on(reading(core))


def test_a_hook_that_returns_something_else_is_an_error(way, fake, reading):
    """A `before_request` that returns no request must not let it go out as one."""
    fake.answers(reading.response)
    hooks = Hooks(before_request=[lambda context, request: "x"])
    error = way.error_of(reading, transport=fake, hooks=hooks)
    assert type(error) is UnexpectedClientError
    assert fake.sent == []


@pytest.mark.parametrize(
    "headers", [{"traceparent": "00-…"}, {"x": "a\nb"}, {"host": "elsewhere.example"}]
)
def test_a_header_of_a_hook_that_can_not_be_sent_stops_the_call(way, fake, refund, headers):
    """What a hook adds is checked like what a user adds, before anything is sent."""
    hooks = Hooks(
        before_request=[lambda _, request: attrs.evolve(request, headers=request.headers | headers)]
    )
    error = way.error_of(refund, transport=fake, hooks=hooks)
    assert (type(error), error.request_sent) == (InvalidRequestError, False)
    assert next(iter(headers)) in str(error)
    assert fake.sent == []


def test_validation_comes_before_the_hooks(way, fake, reading, diary):
    """A request that breaks the contract must reach no hook."""
    request = attrs.evolve(reading.request, member_id="..")
    result = way.result_of(
        attrs.evolve(reading, request=request), transport=fake, hooks=diary.hooks
    )
    assert isinstance(result, Err)
    assert diary.seen == []


def test_hooks_see_no_secret_in_a_repr(fake, secrets_update):
    """The `repr` of what hooks are given must hold neither the token nor a body."""
    shown = []

    def show(context, subject):
        shown.append(repr(subject))

    answer = HTTPResponse(201, headers=Headers({"set-cookie": "c00kie"}), content=b"s3cr3t")
    fake.answers(answer)
    hooks = Hooks(before_request=[show], after_success=[show])
    options = RequestOptions(bearer_token="tok-s3cr3t")
    block_on(secrets_update(VercelCore.blocking(transport=fake, hooks=hooks), options))
    assert len(shown) == 2
    for secret in ("s3cr3t", "c00kie"):
        assert secret not in "".join(shown)


@pytest.mark.parametrize("kind", [VercelServerError, SDKError])
def test_the_error_of_a_call_in_a_hook_was_not_sent(way, fake, refund, kind):
    """An open outcome of another call must not make a refund look sent that was not."""

    def fail(context, request):
        raise kind("down", status_code=503)

    error = way.error_of(refund, transport=fake, hooks=Hooks(before_request=[fail]))
    assert type(error) is kind
    assert (error.request_sent, error.may_have_taken_effect, error.attempts) == (False, False, 0)
    assert fake.sent == []


def test_a_hook_that_fails_before_a_retry_leaves_the_first_attempt_open(fake, reading):
    """What was sent before a hook stopped the call must not be forgotten over it."""

    def fail(context, request):
        if context.attempt > 1:
            raise VercelServerError("nested", status_code=503)

    fake.answers(HTTPResponse(503))
    core = VercelCore.blocking("t", transport=fake, hooks=Hooks(before_request=[fail]))
    error = block_on(reading(core)).error
    assert (error.request_sent, error.may_have_taken_effect, error.attempts) == (True, True, 1)


# Around the call --------------------------------------------------------------------------


def keep(outcomes):
    """Return an `after_call` hook that notes what the call came to."""
    return lambda context, outcome: outcomes.append(outcome)


def test_a_call_has_one_state_for_all_its_hooks(way, fake, reading):
    """What one hook keeps must be there for the others and later attempts, not for other calls."""
    seen = []

    def begin(context):
        seen.append(dict(context.state))
        context.state["attempts"] = 0

    def count(context, request):
        context.state["attempts"] += 1

    hooks = Hooks(
        before_call=[begin],
        before_request=[count],
        after_call=[lambda context, _: seen.append(context.state["attempts"])],
    )
    fake.answers(HTTPResponse(503), reading.response)

    async def story():
        async with way.core(transport=fake, hooks=hooks) as core:
            await reading(core)
            await reading(core)

    way.run(story)
    assert seen == [{}, 2, {}, 1]


def test_the_state_is_not_shown(way, fake, reading):
    """What hooks keep may be secret, so the `repr` of the context must not have it."""
    shown = []
    fake.answers(reading.response)
    hooks = Hooks(
        before_call=[lambda context: context.state.update(key="s3cr3t")],
        after_call=[lambda context, _: shown.append(repr(context))],
    )
    way.result_of(reading, transport=fake, hooks=hooks)
    assert shown == [
        "CallContext(operation_id='get-member', integration_configuration_id='icfg_1', attempt=1)"
    ]


@pytest.mark.parametrize("status", [200, 404], ids=["ok", "err"])
def test_after_call_sees_the_result(way, fake, reading, status):
    """`after_call` must get what the caller gets, once."""
    outcomes = []
    fake.answers(reading.response if status == 200 else HTTPResponse(status))
    result = way.result_of(reading, transport=fake, hooks=Hooks(after_call=[keep(outcomes)]))
    assert outcomes == [result]
    assert outcomes[0] is result


def test_after_call_sees_a_call_that_is_not_sent(way, fake, reading):
    """A request that breaks the contract must begin and end as any call does."""
    outcomes, begun = [], []
    request = attrs.evolve(reading.request, member_id="..")
    hooks = Hooks(before_call=[begun.append], after_call=[keep(outcomes)])
    result = way.result_of(attrs.evolve(reading, request=request), transport=fake, hooks=hooks)
    assert (len(begun), outcomes) == (1, [result])
    assert fake.sent == []


def test_a_before_call_that_raises_ends_the_call(way, fake, refund):
    """What `before_call` raises must come back as the cause, with nothing sent."""
    broken, outcomes = ZeroDivisionError("s3cr3t"), []

    def fail(context):
        raise broken

    hooks = Hooks(before_call=[fail], after_call=[keep(outcomes)])
    error = way.error_of(refund, transport=fake, hooks=hooks)
    assert type(error) is UnexpectedClientError
    assert (error.__cause__, error.request_sent, error.attempts) == (broken, False, 0)
    assert "before_call hook" in str(error)
    assert outcomes == [Err(error)]
    assert fake.sent == []


def test_before_call_may_be_async(fake, reading):
    """On an async client a `before_call` may be awaited, on a blocking one it must be refused."""
    begun = []

    async def begin(context):
        await anyio.lowlevel.checkpoint()
        begun.append(context.operation_id)

    async def story():
        async with VercelCore("t", transport=fake, hooks=Hooks(before_call=[begin])) as core:
            return await reading(core)

    fake.answers(reading.response)
    assert isinstance(anyio.run(story), Ok)
    assert begun == ["get-member"]
    with pytest.raises(TypeError, match=r"hooks\.before_call is async"):
        VercelCore.blocking("t", hooks=Hooks(before_call=[begin]))


def test_after_call_must_not_be_async():
    """A hook that cannot be awaited on a cancelled call must be refused at once."""

    async def end(context, result):
        """Do nothing."""

    with pytest.raises(TypeError, match=r"hooks\.after_call must not be async"):
        Hooks(after_call=[end])


@pytest.mark.parametrize("kind", ["before_request", "after_success"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_after_call_sees_a_cancelled_call(fake, reading, backend, kind):
    """A call that is cancelled must end as any other does, with the exception that ends it."""
    outcomes = []

    async def story():
        with anyio.CancelScope() as scope:

            async def cancel(context, subject):
                scope.cancel()
                await anyio.lowlevel.checkpoint()

            hooks = Hooks(**{kind: [cancel]}, after_call=[keep(outcomes)])
            async with VercelCore("t", transport=fake, hooks=hooks) as core:
                await reading(core)
        return anyio.get_cancelled_exc_class()

    fake.answers(reading.response)
    cancelled = anyio.run(story, backend=backend)
    assert [type(outcome) for outcome in outcomes] == [cancelled]


def test_after_call_sees_an_interrupted_call(fake, reading):
    """A `KeyboardInterrupt` must leave the call, and its hooks must know of it."""
    outcomes, stop = [], KeyboardInterrupt()
    fake.answers(stop)
    core = VercelCore.blocking("t", transport=fake, hooks=Hooks(after_call=[keep(outcomes)]))
    with pytest.raises(KeyboardInterrupt):
        block_on(reading(core))
    assert outcomes == [stop]


def test_every_after_call_is_called_last_hook_first(way, fake, refund, caplog):
    """A hook that fails must keep no other from closing what it opened, nor change the result."""
    called = []

    def hook(number):
        def end(context, result):
            called.append(number)
            raise ZeroDivisionError

        return end

    fake.answers(refund.response)
    with caplog.at_level(logging.ERROR, "vercel_marketplace"):
        hooks = Hooks(after_call=[hook(1), hook(2)])
        result = way.result_of(refund, transport=fake, hooks=hooks)
    assert result.ok
    assert called == [2, 1]
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError] * 2


def test_hooks_add_up(way, fake, reading, diary):
    """The sum of two must call the hooks of both, each kind in that order."""
    more = Diary(blocking=True)
    more.seen = diary.seen
    fake.answers(reading.response)
    both = diary.hooks + Hooks(before_request=[more.hook("more")], after_call=[more.hook("end")])
    way.result_of(reading, transport=fake, hooks=both)
    names = [name for name, _ in diary.steps]
    assert names == ["before", "before too", "more", "success", "success too", "end"]


def test_hooks_add_up_with_hooks_only():
    """What is not a `Hooks` must be refused by the sum."""
    with pytest.raises(TypeError, match="unsupported operand"):
        Hooks() + None
