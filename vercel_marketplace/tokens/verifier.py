"""`TokenVerifier` and `SyncTokenVerifier`: the same checks for async and for blocking code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function, is_async_function
from vercel_marketplace._internal.seconds import check_duration, current_time
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace._internal.urls import split_url
from vercel_marketplace.errors import InvalidRequestError
from vercel_marketplace.tokens.claims import ISSUER, JWKS_URL

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from vercel_marketplace.http import AsyncHTTPClient, SyncHTTPClient, Transport
    from vercel_marketplace.tokens.claims import AnyInstallation, SystemClaims, UserClaims
    from vercel_marketplace.tokens.verification import Verification

DEFAULT_TIMEOUT = 5.0
DEFAULT_LEEWAY = 30.0
DEFAULT_MAX_AGE = 600.0
DEFAULT_MAX_STALE = 3600.0
DEFAULT_REFRESH_INTERVAL = 10.0


class _Verifier:
    """The settings of both verifiers, checked, and what they load."""

    _blocking: ClassVar[bool]

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        client_id: str,
        *,
        issuer: str = ISSUER,
        jwks_url: str = JWKS_URL,
        leeway: float = DEFAULT_LEEWAY,
        timeout: float = DEFAULT_TIMEOUT,
        max_age: float = DEFAULT_MAX_AGE,
        max_stale: float = DEFAULT_MAX_STALE,
        refresh_interval: float = DEFAULT_REFRESH_INTERVAL,
        clock: Callable[[], float] | None = None,
        http_client: AsyncHTTPClient | SyncHTTPClient | None = None,
        transport: Transport | None = None,
    ) -> None:
        for name, text in (("client_id", client_id), ("issuer", issuer)):
            _check_text(name, text)
        _check_url(jwks_url)
        check_duration("timeout", timeout)
        check_duration("leeway", leeway, zero=True)
        check_duration("max_age", max_age, zero=True)
        check_duration("max_stale", max_stale, zero=True)
        check_duration("refresh_interval", refresh_interval, zero=True)
        if clock is not None:
            _check_clock(clock)
        self._transport = TransportHandle(
            blocking=self._blocking, http_client=http_client, transport=transport
        )
        from vercel_marketplace.tokens._key_cache import (  # noqa: PLC0415 (loads PyJWT)
            KeyCache,
            KeyPolicy,
        )
        from vercel_marketplace.tokens.verification import (  # noqa: PLC0415 (loads PyJWT)
            Verification,
        )

        policy = KeyPolicy(
            url=jwks_url,
            timeout=timeout,
            max_age=max_age,
            max_stale=max_stale,
            refresh_interval=refresh_interval,
            clock=current_time if clock is None else clock,
        )
        self.verification: Verification = Verification(
            client_id=client_id,
            issuer=issuer,
            leeway=leeway,
            clock=policy.clock,
            keys=KeyCache(policy, self._transport),
        )

    def __repr__(self) -> str:
        """Show the integration it verifies tokens for."""
        return f"{type(self).__name__}({self.verification.client_id!r})"


def _check_clock(clock: Callable[[], float]) -> None:
    """Refuse a clock that does not return the time in epoch seconds.

    Raises:
        TypeError: It is not a function, or returns something else.
    """
    expected = (
        "a function that returns the time in epoch seconds, such as time.time or "
        "emulator.clock.timestamp"
    )
    check_function("clock", expected, clock, arguments=0)
    if is_async_function(clock):
        msg = f"clock must be {expected}, got an async function"
        raise TypeError(msg)
    now: object = clock()
    if isinstance(now, bool) or not isinstance(now, int | float):
        msg = f"clock must be {expected}, got one that returns {describe(now)}"
        raise TypeError(msg)


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        msg = f"{name} must be a str, got {describe(text)}"
        raise TypeError(msg)
    if not text:
        msg = f"{name} must not be empty"
        raise ValueError(msg)


def _check_url(jwks_url: object) -> None:
    try:
        split_url(jwks_url)
    except InvalidRequestError:
        msg = "jwks_url must be an absolute http or https URL without a user, password or fragment"
        raise ValueError(msg) from None


class TokenVerifier(_Verifier):
    """Verifies the tokens that Vercel signs, for async code on asyncio and trio.

    Create one and use it for the whole application, from any number of tasks and event loops:
    it keeps the keys. Nothing is fetched before the first token.

    ```python
    verifier = TokenVerifier("oac_…")


    async def signed_in(id_token: str) -> str:
        user = await verifier.verify_user(id_token, installation_id=ANY_INSTALLATION)
        return user.user_id
    ```

    Args:
        client_id: The integration's client id, `oac_…`: the audience of its tokens.
        issuer: The issuer of the tokens.
        jwks_url: Where the issuer publishes its keys.
        leeway: Seconds that this machine's clock and the issuer's may differ.
        timeout: Seconds that a fetch of the keys may take in total.
        max_age: Seconds after which keys are fetched again. A key that Vercel withdraws is
            trusted for that long, and longer only while newer keys cannot be fetched.
        max_stale: Seconds beyond these for which keys are used when newer ones cannot be
            fetched.
        refresh_interval: The least number of seconds between two fetches. A token may name any
            key, and an unknown one causes a fetch, but not before that.
        clock: Returns the time in epoch seconds; `time.time` by default.
        http_client: An `httpx.AsyncClient` to fetch with, or a compatible client. You close it.
        transport: Returns the response to an `HTTPRequest`, in place of `http_client`.

    Raises:
        TypeError, ValueError: An argument has the wrong type or value; the message names it.
        ImportError: The extra `tokens` is not installed.
    """

    _blocking = False

    async def verify_user(
        self, token: str, *, installation_id: str | AnyInstallation
    ) -> UserClaims:
        """Verify the `id_token` of a user who signs in, and return its claims.

        For the bearer token of a call, use `verify_call`.

        Args:
            token: The token.
            installation_id: The installation that it must be for; `ANY_INSTALLATION` where
                nothing names one, as when a user signs in.

        Raises:
            TokenError: The token is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        result = await self.verification.verify_user(token, installation_id)
        del token  # a traceback remembers it
        return result.unwrap()

    async def verify_system(
        self, token: str, *, installation_id: str | AnyInstallation
    ) -> SystemClaims:
        """Verify a token of Vercel itself, and return its claims.

        Args:
            token: The bearer token of a call.
            installation_id: The installation in the path of the call; `ANY_INSTALLATION` where
                the path has none, or `new`.

        Raises:
            TokenError: The token is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        result = await self.verification.verify_system(token, installation_id)
        del token  # a traceback remembers it
        return result.unwrap()

    async def verify_call(
        self,
        authorization: str | None,
        auth: str | None,
        *,
        installation_id: str | AnyInstallation,
    ) -> UserClaims | SystemClaims:
        """Verify the token of a call by Vercel, of either kind, and return its claims.

        Args:
            authorization: The call's header `Authorization`, or `None` without one.
            auth: The call's header `X-Vercel-Auth`, or `None` without one: then the signed
                claims alone tell whether a user or Vercel calls. It is not signed, and must
                match them.
            installation_id: As for `verify_system`.

        Raises:
            TokenError: The token is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        result = await self.verification.verify_call(authorization, auth, installation_id)
        del authorization  # a traceback remembers it
        return result.unwrap()

    async def aclose(self) -> None:
        """Close the connections of this event loop. Your `http_client` stays open."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        """Use the verifier in an `async with` block, which closes it."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.aclose()


class SyncTokenVerifier(_Verifier):
    """Verifies the tokens that Vercel signs, without an event loop.

    The same as `TokenVerifier`, for any number of threads. Keys are fetched in a thread of their
    own, so that no caller waits longer than `timeout` for them.

    ```python
    verifier = SyncTokenVerifier("oac_…")


    def signed_in(id_token: str) -> str:
        return verifier.verify_user(id_token, installation_id=ANY_INSTALLATION).user_id
    ```

    Args:
        client_id: As for `TokenVerifier`, like all that follow.
        issuer: The issuer of the tokens.
        jwks_url: Where the issuer publishes its keys.
        leeway: Seconds that this machine's clock and the issuer's may differ.
        timeout: Seconds that a fetch of the keys may take in total.
        max_age: Seconds after which keys are fetched again.
        max_stale: Seconds beyond these for which keys are used when newer ones cannot be
            fetched.
        refresh_interval: The least number of seconds between two fetches.
        clock: Returns the time in epoch seconds; `time.time` by default.
        http_client: An `httpx.Client` to fetch with, or a compatible client. You close it.
        transport: Returns the response to an `HTTPRequest` without suspending, in place of
            `http_client`.

    Raises:
        TypeError, ValueError: An argument has the wrong type or value; the message names it.
        ImportError: The extra `tokens` is not installed.
    """

    _blocking = True

    def verify_user(self, token: str, *, installation_id: str | AnyInstallation) -> UserClaims:
        """Verify the `id_token` of a user who signs in; see `TokenVerifier.verify_user`."""
        result = block_on(self.verification.verify_user(token, installation_id))
        del token  # a traceback remembers it
        return result.unwrap()

    def verify_system(self, token: str, *, installation_id: str | AnyInstallation) -> SystemClaims:
        """Verify a token of Vercel itself; see `TokenVerifier.verify_system`."""
        result = block_on(self.verification.verify_system(token, installation_id))
        del token  # a traceback remembers it
        return result.unwrap()

    def verify_call(
        self,
        authorization: str | None,
        auth: str | None,
        *,
        installation_id: str | AnyInstallation,
    ) -> UserClaims | SystemClaims:
        """Verify the token of a call by Vercel; see `TokenVerifier.verify_call`."""
        result = block_on(self.verification.verify_call(authorization, auth, installation_id))
        del authorization  # a traceback remembers it
        return result.unwrap()

    def close(self) -> None:
        """Close the connections. Your `http_client` stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Use the verifier in a `with` block, which closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()
