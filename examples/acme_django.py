"""Acme beside a Django project: `gunicorn acme_django:application`."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path

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
api = SyncPartnerAPI(Acme(), verifier=verifier, base_path="/vercel")


def sso(request: HttpRequest) -> HttpResponse:
    try:
        redirect = SSORedirect.parse(request.GET)
        user = sync_sign_in(
            vercel, verifier, redirect, client_id=CLIENT_ID, client_secret=SECRET
        )
    except (SSORedirectError, VercelError, TokenError):
        return HttpResponse("open the product from Vercel once more", status=401)
    request.session["user"] = user.user_id
    return HttpResponseRedirect("/")


def home(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"user": request.session.get("user")})


settings.configure(  # settings.py
    ALLOWED_HOSTS=["acme.example"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["SESSION_SECRET"],
    SESSION_COOKIE_SECURE=True,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
urlpatterns = [path("sso", sso), path("", home)]  # urls.py
site = get_wsgi_application()  # wsgi.py


def application(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    is_vercels = environ["PATH_INFO"].startswith("/vercel/")
    return (api.wsgi if is_vercels else site)(environ, start_response)
