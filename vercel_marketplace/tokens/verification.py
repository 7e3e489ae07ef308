"""The one path of every token.

```
_jws           form, algorithm, key id               pure
_key_cache     the key of that id                    the only I/O
_jws           signature                             pure
claims         issuer, audience, times, kind, …      pure
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from vercel_marketplace.result import Err, Ok
from vercel_marketplace.tokens._jws import parse_token, signed_claims
from vercel_marketplace.tokens.claims import (
    check_installation,
    check_issuer_and_audience,
    check_kind,
    check_times,
    check_use,
    kind_of,
    read_system_claims,
    read_user_claims,
)
from vercel_marketplace.tokens.errors import MalformedTokenError, TokenError, WrongTokenKindError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vercel_marketplace.result import Result
    from vercel_marketplace.tokens._key_cache import KeyCache
    from vercel_marketplace.tokens.claims import (
        AnyInstallation,
        SystemClaims,
        TokenKind,
        TokenUse,
        UserClaims,
    )

_KINDS: Final[Mapping[str, TokenKind]] = {"user": "user", "system": "system"}
_CLAIMS: Final[Mapping[TokenKind, Callable[[Mapping[str, Any]], object]]] = {
    "user": read_user_claims,
    "system": read_system_claims,
}


@frozen(kw_only=True)
class Verification:
    """The checks of a verifier.

    Attributes:
        client_id: The audience that tokens must have.
        issuer: The issuer that they must have.
        leeway: Seconds that this machine's clock and Vercel's may differ.
        clock: Returns the epoch's seconds.
        keys: The keys that may have signed them.
    """

    client_id: str
    issuer: str
    leeway: float
    clock: Callable[[], float]
    keys: KeyCache

    async def verify_user(
        self, token: object, installation_id: str | AnyInstallation
    ) -> Result[UserClaims, TokenError]:
        """Verify the `id_token` of a user who signs in."""
        return await self._verify(token, "user", "id_token", installation_id)

    async def verify_system(
        self, token: object, installation_id: str | AnyInstallation
    ) -> Result[SystemClaims, TokenError]:
        """Verify Vercel's own token."""
        return await self._verify(token, "system", "access_token", installation_id)

    async def verify_call(
        self, authorization: object, auth: object, installation_id: str | AnyInstallation
    ) -> Result[UserClaims, TokenError] | Result[SystemClaims, TokenError]:
        """Verify the token of a call, which has these two headers, or only the first.

        The second is not signed, so it decides nothing: where it is present, it must match.
        """
        token = _bearer_token(authorization)
        if token is None:
            return Err(MalformedTokenError("the call has no bearer token"))
        if auth is None:
            return await self._verify(token, None, "access_token", installation_id)
        kind = _KINDS.get(auth.lower()) if isinstance(auth, str) else None
        if kind is None:
            return Err(WrongTokenKindError('X-Vercel-Auth is neither "user" nor "system"'))
        return await self._verify(token, kind, "access_token", installation_id)

    async def _verify(
        self,
        token: object,
        kind: TokenKind | None,
        use: TokenUse,
        installation_id: str | AnyInstallation,
    ) -> Result[Any, TokenError]:
        try:
            text, key_id = parse_token(token)
            claims = signed_claims(text, await self.keys.find(key_id))
            check_issuer_and_audience(claims, issuer=self.issuer, client_id=self.client_id)
            check_times(claims, now=self.clock(), leeway=self.leeway)
            if kind is not None:
                check_kind(claims, kind)
            check_use(claims, use)
            check_installation(claims, installation_id)
            return Ok(_CLAIMS[kind_of(claims)](claims))
        except TokenError as error:
            # As a value it outlives the call, and its frames would keep the token alive.
            return Err(error.with_traceback(None))


def _bearer_token(authorization: object) -> str | None:
    if not isinstance(authorization, str):
        return None
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" else None
