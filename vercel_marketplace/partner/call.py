"""`PartnerCall`: what a method of `Partner` knows of a call in addition to its request."""

from typing import TypeAlias

from attrs import frozen

from vercel_marketplace.http import HTTPRequest
from vercel_marketplace.tokens.claims import SystemClaims, UserClaims

Claims: TypeAlias = UserClaims | SystemClaims
"""The claims of a call's token."""


@frozen(kw_only=True, eq=False)
class PartnerCall:
    """A call by Vercel, whose token is verified and bound to the path's installation.

    Attributes:
        operation_id: The operation, such as `"provision-resource"`.
        claims: The claims of the token.
        installation_id: The installation in the path, which the token is for; `None` where the
            path names none: for the plans of a product, and before there is an installation.
        idempotency_key: The same for every retry of a request; `None` without one. **Exactly
            once** requires your own database: store the key with what you create, in the same
            transaction and under a unique constraint, and return what is there if it exists.
        may_have_run: Whether an earlier attempt of this request began and nobody knows how it
            ended, because the process crashed or the method failed. It may have taken effect:
            look for what `idempotency_key` created before you create it.
        request: The request as it came. `repr` hides its token, its query and its body.
    """

    operation_id: str
    claims: Claims
    installation_id: str | None
    idempotency_key: str | None = None
    may_have_run: bool = False
    request: HTTPRequest

    @property
    def user(self) -> UserClaims | None:
        """The user who acts in the dashboard; `None` where Vercel acts for itself."""
        return self.claims if isinstance(self.claims, UserClaims) else None
