"""What Vercel shows and tells the partner of one installation."""

from collections.abc import Mapping
from typing import Any

from vercel_marketplace._internal.seconds import check_number
from vercel_marketplace.emulator.claims import LIFETIME, system_claims, user_claims
from vercel_marketplace.emulator.state import SignIn
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.emulator.token_signing import signed

_LONGEST = 1e9


class Outward:
    """What an installation's side of Vercel sends to the partner."""

    _store: Store
    _id: str
    _admin: str

    def user_token(
        self,
        *,
        member_id: str | None = None,
        expires_in: float = LIFETIME,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """The bearer token of a call to the partner in which Vercel acts for a member.

        It goes with `X-Vercel-Auth: user`, and is signed with the key in `Emulator.jwks`.

        Args:
            member_id: Who; the admin if left out.
            expires_in: Seconds for which it is good, by the clock.
            claims: Claims to set beside or in place of the usual ones.

        Raises:
            LookupError: There is no such member.
            ValueError: It can not be good for so long.
            ImportError: The extra `tokens` is not installed.
        """
        _check_lifetime(expires_in)
        member = self._store.state.installations[self._id].members.get(member_id or self._admin)
        if member is None:
            msg = f"no member {member_id!r}"
            raise LookupError(msg)
        now, client_id = self._store.clock.now(), self._store.state.integration.client_id
        usual = user_claims(
            client_id, SignIn(self._id, member), now, type_="access_token", expires_in=expires_in
        )
        return signed({**usual, **(claims or {})})

    def system_token(
        self, *, expires_in: float = LIFETIME, claims: Mapping[str, Any] | None = None
    ) -> str:
        """The bearer token of a call to the partner in which Vercel acts for itself.

        It goes with `X-Vercel-Auth: system`, and is signed with the key in `Emulator.jwks`.

        Args:
            expires_in: Seconds for which it is good, by the clock.
            claims: Claims to set beside or in place of the usual ones.

        Raises:
            ValueError: It can not be good for so long.
            ImportError: The extra `tokens` is not installed.
        """
        _check_lifetime(expires_in)
        now, client_id = self._store.clock.now(), self._store.state.integration.client_id
        usual = system_claims(client_id, self._id, now, expires_in=expires_in)
        return signed({**usual, **(claims or {})})


def _check_lifetime(expires_in: float) -> None:
    if not 0 < check_number("expires_in", expires_in) < _LONGEST:
        msg = f"expires_in must be above zero and below 1e9 seconds, not {expires_in!r}"
        raise ValueError(msg)
