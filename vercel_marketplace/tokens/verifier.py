"""`TokenVerifier` and `SyncTokenVerifier`: two faces of one path."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from vercel_marketplace._internal.addressing import split_server_url
from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace._internal.seconds import check_number
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace.errors import InvalidRequestError
from vercel_marketplace.tokens.claims import ISSUER, JWKS_URL

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from vercel_marketplace.http import Transport
    from vercel_marketplace.tokens.claims import AnyInstallation, SystemClaims, UserClaims
    from vercel_marketplace.tokens.verification import Verification

DEFAULT_TIMEOUT = 5.0
DEFAULT_LEEWAY = 30.0
DEFAULT_MAX_AGE = 600.0
DEFAULT_MAX_STALE = 3600.0
DEFAULT_REFRESH_INTERVAL = 10.0

_LONGEST = 1e9


def _made(  # noqa: PLR0913 (one keyword per setting)
    client_id: str,
    *,
    transport: TransportHandle,
    issuer: str,
    jwks_url: str,
    leeway: float,
    timeout: float,
    max_age: float,
    max_stale: float,
    refresh_interval: float,
    clock: Callable[[], float],
) -> Verification:
    """Check the settings, and load what verifying takes."""
    for name, text in (("client_id", client_id), ("issuer", issuer)):
        if not isinstance(text, str):
            msg = f"{name} must be a str, not {type(text).__name__}"
            raise TypeError(msg)
        if not text:
            msg = f"{name} must not be empty"
            raise ValueError(msg)
    _check_url(jwks_url)
    durations = {
        "leeway": leeway,
        "max_age": max_age,
        "max_stale": max_stale,
        "refresh_interval": refresh_interval,
    }
    for name, seconds in durations.items():
        if not 0 <= check_number(name, seconds) < _LONGEST:
            msg = f"{name} must be a number of seconds from zero to below 1e9"
            raise ValueError(msg)
    if not 0 < check_number("timeout", timeout) < _LONGEST:
        msg = "timeout must be above zero and below 1e9; others wait for this fetch"
        raise ValueError(msg)
    if not callable(clock):
        msg = f"clock must be a function, not {type(clock).__name__}"
        raise TypeError(msg)
    from vercel_marketplace.tokens.keys import KeyCache, KeyPolicy  # noqa: PLC0415 (loads PyJWT)
    from vercel_marketplace.tokens.verification import Verification  # noqa: PLC0415 (loads PyJWT)

    policy = KeyPolicy(
        url=jwks_url,
        timeout=timeout,
        max_age=max_age,
        max_stale=max_stale,
        refresh_interval=refresh_interval,
        clock=clock,
    )
    return Verification(
        client_id=client_id,
        issuer=issuer,
        leeway=leeway,
        clock=clock,
        keys=KeyCache(policy, transport),
    )


def _check_url(jwks_url: object) -> None:
    try:
        split_server_url(jwks_url)
    except InvalidRequestError:
        msg = "jwks_url must be an absolute http or https URL without a user and password"
        raise ValueError(msg) from None


class TokenVerifier:
    """Verifies the tokens that Vercel signs, for async code on asyncio and trio.

    Make one and use it for the whole application, from any number of tasks and event loops:
    it keeps the keys. Nothing is fetched before the first token.

    ```python
    verifier = TokenVerifier("oac_…")


    async def signed_in(id_token: str) -> str:
        user = await verifier.verify_user(id_token, installation_id=ANY_INSTALLATION)
        return user.user_id
    ```

    Args:
        client_id: The integration's client id, `oac_…`: the audience of its tokens.
        issuer: Who issues the tokens.
        jwks_url: Where the issuer publishes its keys.
        leeway: Seconds that this machine's clock and the issuer's may differ.
        timeout: Seconds that fetching the keys may take: in all on an async verifier, for
            each phase (connect, write, each read) on a blocking one.
        max_age: Seconds after which keys are fetched anew. One that is withdrawn is trusted
            so long.
        max_stale: Seconds beyond these for which keys are used if new ones cannot be had.
        refresh_interval: Seconds between two fetches at the least. A token may name any key;
            one that is unknown has the keys fetched anew, but not before that.
        clock: Gives the time in epoch seconds.
        http_client: An `httpx.AsyncClient` to fetch with, or similar. It stays yours to close.
        transport: Anything that answers an `HTTPRequest`; instead of `http_client`.

    Raises:
        TypeError, ValueError: An argument is of the wrong type or value; the message names it.
        ImportError: The extra `tokens` is not installed.
    """

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
        clock: Callable[[], float] = time.time,
        http_client: object = None,
        transport: Transport | None = None,
    ) -> None:
        """Keep the configuration. Nothing is opened."""
        self._transport = TransportHandle(
            blocking=False, http_client=http_client, transport=transport
        )
        self.verification: Verification = _made(
            client_id,
            transport=self._transport,
            issuer=issuer,
            jwks_url=jwks_url,
            leeway=leeway,
            timeout=timeout,
            max_age=max_age,
            max_stale=max_stale,
            refresh_interval=refresh_interval,
            clock=clock,
        )

    async def verify_user(
        self, token: str, *, installation_id: str | AnyInstallation
    ) -> UserClaims:
        """What a user's token says: an `id_token`, or the bearer token of a call.

        Args:
            token: The token.
            installation_id: The installation that it has to be for, as the call's path has
                it; `ANY_INSTALLATION` where nothing names one, as when a user signs in.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return (await self.verification.of_user(token, installation_id)).unwrap()

    async def verify_system(
        self, token: str, *, installation_id: str | AnyInstallation
    ) -> SystemClaims:
        """What a token of Vercel's own says.

        Args:
            token: The bearer token of a call.
            installation_id: As for `verify_user`.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return (await self.verification.of_system(token, installation_id)).unwrap()

    async def verify_call(
        self,
        authorization: str | None,
        auth: str | None,
        *,
        installation_id: str | AnyInstallation,
    ) -> UserClaims | SystemClaims:
        """What the token of a call by Vercel says, of either kind.

        Args:
            authorization: The call's header `Authorization`, or `None` without one.
            auth: The call's header `X-Vercel-Auth`, or `None` without one.
            installation_id: As for `verify_user`.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return (await self.verification.of_call(authorization, auth, installation_id)).unwrap()

    async def aclose(self) -> None:
        """Close the connections of this event loop. A client you brought stays open."""
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

    def __repr__(self) -> str:
        """Show for whom it verifies."""
        return f"{type(self).__name__}({self.verification.client_id!r})"


class SyncTokenVerifier:
    """Verifies the tokens that Vercel signs, without an event loop.

    The same as `TokenVerifier`, from any number of threads.

    ```python
    verifier = SyncTokenVerifier("oac_…")


    def signed_in(id_token: str) -> str:
        return verifier.verify_user(id_token, installation_id=ANY_INSTALLATION).user_id
    ```

    Args:
        client_id: As for `TokenVerifier`, like all that follow.
        issuer: Who issues the tokens.
        jwks_url: Where the issuer publishes its keys.
        leeway: Seconds that this machine's clock and the issuer's may differ.
        timeout: Seconds for each phase of fetching the keys: connect, write, each read.
        max_age: Seconds after which keys are fetched anew.
        max_stale: Seconds beyond these for which keys are used if new ones cannot be had.
        refresh_interval: Seconds between two fetches at the least.
        clock: Gives the time in epoch seconds.
        http_client: An `httpx.Client` to fetch with, or similar. It stays yours to close.
        transport: Anything that answers an `HTTPRequest` without suspending.

    Raises:
        TypeError, ValueError: An argument is of the wrong type or value; the message names it.
        ImportError: The extra `tokens` is not installed.
    """

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
        clock: Callable[[], float] = time.time,
        http_client: object = None,
        transport: Transport | None = None,
    ) -> None:
        """Keep the configuration. Nothing is opened."""
        self._transport = TransportHandle(
            blocking=True, http_client=http_client, transport=transport
        )
        self.verification: Verification = _made(
            client_id,
            transport=self._transport,
            issuer=issuer,
            jwks_url=jwks_url,
            leeway=leeway,
            timeout=timeout,
            max_age=max_age,
            max_stale=max_stale,
            refresh_interval=refresh_interval,
            clock=clock,
        )

    def verify_user(self, token: str, *, installation_id: str | AnyInstallation) -> UserClaims:
        """What a user's token says: an `id_token`, or the bearer token of a call.

        Args:
            token: The token.
            installation_id: The installation that it has to be for, as the call's path has
                it; `ANY_INSTALLATION` where nothing names one, as when a user signs in.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return block_on(self.verification.of_user(token, installation_id)).unwrap()

    def verify_system(self, token: str, *, installation_id: str | AnyInstallation) -> SystemClaims:
        """What a token of Vercel's own says.

        Args:
            token: The bearer token of a call.
            installation_id: As for `verify_user`.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return block_on(self.verification.of_system(token, installation_id)).unwrap()

    def verify_call(
        self,
        authorization: str | None,
        auth: str | None,
        *,
        installation_id: str | AnyInstallation,
    ) -> UserClaims | SystemClaims:
        """What the token of a call by Vercel says, of either kind.

        Args:
            authorization: The call's header `Authorization`, or `None` without one.
            auth: The call's header `X-Vercel-Auth`, or `None` without one.
            installation_id: As for `verify_user`.

        Raises:
            TokenError: It is not to be trusted; see `vercel_marketplace.tokens.errors`.
        """
        return block_on(self.verification.of_call(authorization, auth, installation_id)).unwrap()

    def close(self) -> None:
        """Close the connections. A client you brought stays open."""
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

    def __repr__(self) -> str:
        """Show for whom it verifies."""
        return f"{type(self).__name__}({self.verification.client_id!r})"
