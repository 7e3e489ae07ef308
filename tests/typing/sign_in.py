"""What a sign-in returns, and which clients and verifiers go together."""

from typing import assert_type

from vercel_marketplace import SyncVercel, Vercel
from vercel_marketplace.partner import SSOPath, SSORedirect, sign_in, sync_sign_in
from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier, UserClaims


def redirects(query: str, parameters: dict[str, str]) -> None:
    """A redirect is made of a query or a mapping; `path` is open-ended."""
    assert_type(SSORedirect.parse(query), SSORedirect)
    redirect = SSORedirect.parse(parameters)
    assert_type(redirect.path, SSOPath | str | None)
    assert_type(redirect.state, str)
    assert_type(redirect.support, bool)
    assert_type(redirect.target(allowed_hosts=["app.acme.example"]), str | None)


async def signing_in(vercel: Vercel, verifier: TokenVerifier, redirect: SSORedirect) -> None:
    """The async function is for the async client and verifier alone."""
    user = await sign_in(vercel, verifier, redirect, client_id="oac_1", client_secret="s")
    assert_type(user, UserClaims)
    await sign_in(
        SyncVercel(),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type]  # blocking
        SyncTokenVerifier("oac_1"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type]  # the same
        redirect,
        client_id="oac_1",
        client_secret="s",
    )


def blocking(vercel: SyncVercel, verifier: SyncTokenVerifier, redirect: SSORedirect) -> None:
    """The blocking one returns the claims without `await`, which go to JSON and back."""
    user = sync_sign_in(vercel, verifier, redirect, client_id="oac_1", client_secret="s")
    assert_type(user, UserClaims)
    assert_type(UserClaims.from_dict(user.to_dict()), UserClaims)
