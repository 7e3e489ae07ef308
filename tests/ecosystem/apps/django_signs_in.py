"""A user signs in to a Django project, in process; prints what a browser gets to see."""

import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.test import Client
from django.urls import path

from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.tokens import SyncTokenVerifier

sys.path.append(str(Path(__file__).parents[3] / "examples"))
emulator = Emulator(RunningClock())
os.environ |= {
    "CLIENT_ID": emulator.integration.client_id,
    "CLIENT_SECRET": emulator.integration.client_secret,
}
settings.configure(
    ALLOWED_HOSTS=["app.acme.example"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of tests",
    SESSION_COOKIE_SECURE=True,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
django.setup()

import django_sign_in as views

urlpatterns = [path("sso", views.sign_in), path("", views.home)]
SITE = "https://app.acme.example"


def opened(**parameters):
    """The path that Vercel's dashboard opens."""
    return emulator.tokens.sso_url(f"{SITE}/sso", **parameters).removeprefix(SITE)


with emulator.serve() as url:
    views.vercel = SyncVercel(server_url=url)
    views.verifier = SyncTokenVerifier(views.CLIENT_ID, jwks_url=f"{url}/.well-known/jwks")
    browser = Client(headers={"host": "app.acme.example"})

    def get(address, client=browser):
        """The status, and where it leads or what it says."""
        page = client.get(address, secure=True)
        return [page.status_code, page.headers.get("location") or page.content.decode()]

    def head(address):
        """The status of a preview."""
        return browser.head(address, secure=True).status_code

    link = opened(url=f"{SITE}/invoices/inv_1")
    seen = {
        "stranger": get("/"),
        "preview": head(link),
        "first": get(link),
        "home": get("/"),
        "second": get(link),
        "elsewhere": get(opened(url="https://evil.example/")),
        "twice": get(f"{opened()}&code=x"),
        "plain": get(opened()),
    }
    browser.cookies["sessionid"] = browser.cookies["sessionid"].value[:-1]
    seen["altered cookie"] = get("/")
    views.vercel.close()
    views.verifier.close()

print(json.dumps(seen))
