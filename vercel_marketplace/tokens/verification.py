"""The one path that every token takes, whoever asks.

```
reading        form, algorithm, name of the key    pure
keys           the key of that name                the only I/O
rs256          signature                           pure
claims         issuer, audience, times, kind, …    pure
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from vercel_marketplace.result import Err, Ok
from vercel_marketplace.tokens.claims import (
    check_installation,
    check_kind,
    check_origin,
    check_times,
    system_claims,
    user_claims,
)
from vercel_marketplace.tokens.errors import (
    MalformedTokenError,
    TokenError,
    TokenSignatureError,
    WrongTokenKindError,
)
from vercel_marketplace.tokens.reading import claims_in, key_id_of
from vercel_marketplace.tokens.rs256 import signed_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vercel_marketplace.result import Result
    from vercel_marketplace.tokens.claims import (
        AnyInstallation,
        SystemClaims,
        TokenKind,
        UserClaims,
    )
    from vercel_marketplace.tokens.keys import KeyCache

C = TypeVar("C")


@frozen(kw_only=True)
class Verification:
    """What tokens are held against.

    Attributes:
        client_id: Whom they have to be for.
        issuer: Whom they have to be from.
        leeway: Seconds that this machine's clock and Vercel's may differ.
        clock: Gives the epoch's seconds.
        keys: What they may be signed with.
    """

    client_id: str
    issuer: str
    leeway: float
    clock: Callable[[], float]
    keys: KeyCache

    async def of_user(
        self, token: object, installation_id: str | AnyInstallation
    ) -> Result[UserClaims, TokenError]:
        """What a user's token says."""
        return await self._of(token, "user", user_claims, installation_id)

    async def of_system(
        self, token: object, installation_id: str | AnyInstallation
    ) -> Result[SystemClaims, TokenError]:
        """What a token of Vercel's own says."""
        return await self._of(token, "system", system_claims, installation_id)

    async def of_call(
        self, authorization: object, auth: object, installation_id: str | AnyInstallation
    ) -> Result[UserClaims, TokenError] | Result[SystemClaims, TokenError]:
        """What the token of a call says, which has these two headers."""
        token = _bearer_token(authorization)
        if token is None:
            return Err(MalformedTokenError("the call has no bearer token"))
        if auth == "user":
            return await self.of_user(token, installation_id)
        if auth == "system":
            return await self.of_system(token, installation_id)
        return Err(WrongTokenKindError("the call does not say of which kind its token is"))

    async def _of(
        self,
        token: object,
        kind: TokenKind,
        typed: Callable[[Mapping[str, Any]], C],
        installation_id: str | AnyInstallation,
    ) -> Result[C, TokenError]:
        try:
            claims = await self._claims(token)
            check_origin(claims, issuer=self.issuer, client_id=self.client_id)
            check_times(claims, now=self.clock(), leeway=self.leeway)
            check_kind(claims, kind)
            check_installation(claims, installation_id)
            return Ok(typed(claims))
        except TokenError as error:
            # As a value it outlives the call, and its frames would keep the token alive.
            return Err(error.with_traceback(None))

    async def _claims(self, token: object) -> dict[str, Any]:
        """What is signed with the key that the token names."""
        text, key_id = key_id_of(token)
        payload = signed_payload(text, await self.keys.find(key_id))
        if payload is None:
            msg = "the token is not signed with the key that it names"
            raise TokenSignatureError(msg)
        return claims_in(payload)


def _bearer_token(authorization: object) -> str | None:
    if not isinstance(authorization, str):
        return None
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" else None
