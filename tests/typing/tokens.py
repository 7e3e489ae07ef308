"""What type checkers read off the verifiers and their claims; never run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_type

from vercel_marketplace import Err, HTTPRequest, HTTPResponse, Ok, Result, block_on
from vercel_marketplace.tokens import (
    ANY_INSTALLATION,
    KeysUnavailableError,
    SyncTokenVerifier,
    SystemClaims,
    TokenError,
    TokenKind,
    TokenVerifier,
    UserClaims,
    verify_call,
    verify_system_token,
    verify_user_token,
)


async def awaited(verifier: TokenVerifier) -> None:
    """The async methods give the claims themselves."""
    async with verifier as entered:
        assert_type(entered, TokenVerifier)
    assert_type(await verifier.verify_user("t", installation_id="icfg_1"), UserClaims)
    assert_type(await verifier.verify_user("t", installation_id=ANY_INSTALLATION), UserClaims)
    assert_type(await verifier.verify_system("t", installation_id="icfg_1"), SystemClaims)
    match await verifier.verify_call("Bearer t", "user", installation_id="icfg_1"):
        case UserClaims() as user:
            assert_type(user.installation_id, str)
        case SystemClaims() as system:
            assert_type(system.installation_id, str | None)


def blocking(verifier: SyncTokenVerifier, auth: str | None) -> None:
    """The blocking methods give the same without `await`."""
    with verifier as entered:
        assert_type(entered, SyncTokenVerifier)
    assert_type(verifier.verify_user("t", installation_id="icfg_1"), UserClaims)
    assert_type(verifier.verify_system("t", installation_id=ANY_INSTALLATION), SystemClaims)
    assert_type(
        verifier.verify_call(auth, auth, installation_id="icfg_1"), UserClaims | SystemClaims
    )


async def results(verifier: TokenVerifier) -> None:
    """The functions give results."""
    user = await verify_user_token(verifier, "t", installation_id="icfg_1")
    assert_type(user, Result[UserClaims, TokenError])
    system = await verify_system_token(verifier, "t", installation_id=ANY_INSTALLATION)
    assert_type(system, Result[SystemClaims, TokenError])
    match await verify_call(verifier, "Bearer t", None, installation_id="icfg_1"):
        case Ok(claims):
            assert_type(claims, UserClaims | SystemClaims)
        case Err(KeysUnavailableError()):
            pass
        case Err(error):
            assert_type(error, TokenError)
            assert_type(error.check, str)


def results_without_a_loop(verifier: SyncTokenVerifier) -> None:
    """They accept a blocking verifier too."""
    user = block_on(verify_user_token(verifier, "t", installation_id="icfg_1"))
    assert_type(user, Result[UserClaims, TokenError])


def claims(user: UserClaims, system: SystemClaims, kind: TokenKind) -> None:
    """Claims are typed, times as datetimes."""
    assert kind in {"user", "system"}
    assert_type(user.user_email, str | None)
    assert_type(user.exp, datetime)
    assert_type(user.iat, datetime | None)
    assert_type(user.extra, Mapping[str, Any])
    assert_type(system.sub, str | None)


class Published:
    """A transport with a key set."""

    def send(self, request: HTTPRequest) -> HTTPResponse:
        """Answer."""
        return HTTPResponse(200 if request.method == "GET" else 405)


def made() -> None:
    """Every setting is optional and typed."""
    TokenVerifier(
        "oac_1",
        issuer="https://emulator.test",
        jwks_url="http://127.0.0.1/jwks",
        leeway=0,
        timeout=2.5,
        max_age=60,
        max_stale=0,
        refresh_interval=1,
        clock=lambda: 0.0,
        transport=Published(),
    )
    SyncTokenVerifier("oac_1", transport=Published())
