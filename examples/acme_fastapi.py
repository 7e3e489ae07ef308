"""Acme in a FastAPI application: `uvicorn acme_fastapi:app`."""

import os

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from starlette.middleware.sessions import SessionMiddleware

from acme_partner import Acme
from vercel_marketplace import Vercel, VercelError
from vercel_marketplace.partner import (
    PartnerAPI,
    SSORedirect,
    SSORedirectError,
    sign_in,
)
from vercel_marketplace.tokens import JWKS_URL, TokenError, TokenVerifier

CLIENT_ID, SECRET = os.environ["VERCEL_CLIENT_ID"], os.environ["VERCEL_CLIENT_SECRET"]

vercel = Vercel(server_url=os.environ.get("VERCEL_API_URL", "https://api.vercel.com"))
verifier = TokenVerifier(
    CLIENT_ID, jwks_url=os.environ.get("VERCEL_JWKS_URL", JWKS_URL)
)

app = FastAPI()
app.add_middleware(
    SessionMiddleware, secret_key=os.environ["SESSION_SECRET"], https_only=True
)
app.mount("/vercel", PartnerAPI(Acme(), verifier=verifier).asgi)


@app.get("/sso")
async def sso(request: Request) -> RedirectResponse:
    try:
        redirect = SSORedirect.parse(request.query_params)
        user = await sign_in(
            vercel, verifier, redirect, client_id=CLIENT_ID, client_secret=SECRET
        )
    except (SSORedirectError, VercelError, TokenError) as error:
        raise HTTPException(401, "open the product from Vercel once more") from error
    request.session["user"] = user.user_id
    return RedirectResponse("/")


@app.get("/")
async def home(request: Request) -> dict[str, str | None]:
    return {"user": request.session.get("user")}
