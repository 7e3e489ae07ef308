"""Acme beside a Flask application: `gunicorn acme_flask:application`."""

import os

from flask import Flask, abort, redirect, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from acme_partner import Acme
from vercel_marketplace import SyncVercel, VercelError
from vercel_marketplace.partner import (
    SSORedirect,
    SSORedirectError,
    SyncPartnerAPI,
    sync_sign_in,
)
from vercel_marketplace.tokens import JWKS_URL, SyncTokenVerifier, TokenError

CLIENT_ID, SECRET = os.environ["VERCEL_CLIENT_ID"], os.environ["VERCEL_CLIENT_SECRET"]

vercel = SyncVercel(
    server_url=os.environ.get("VERCEL_API_URL", "https://api.vercel.com")
)
verifier = SyncTokenVerifier(
    CLIENT_ID, jwks_url=os.environ.get("VERCEL_JWKS_URL", JWKS_URL)
)

app = Flask("acme")
app.secret_key = os.environ["SESSION_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True
api = SyncPartnerAPI(Acme(), verifier=verifier)
application = DispatcherMiddleware(app.wsgi_app, {"/vercel": api.wsgi})


@app.get("/sso")
def sso() -> Response:
    try:
        opened = SSORedirect.parse(request.args)
        user = sync_sign_in(
            vercel, verifier, opened, client_id=CLIENT_ID, client_secret=SECRET
        )
    except (SSORedirectError, VercelError, TokenError):
        abort(401, "open the product from Vercel once more")
    session["user"] = user.user_id
    return redirect("/")


@app.get("/")
def home() -> dict[str, str | None]:
    return {"user": session.get("user")}
