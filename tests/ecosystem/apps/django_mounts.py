"""Serves the partner API beside Django's ASGI application."""

import sys
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from mounted import make_api, print_statuses


async def home(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


settings.configure(ALLOWED_HOSTS=["acme.example"], ROOT_URLCONF=__name__)
urlpatterns = [path("", home)]
site = get_asgi_application()
api = make_api(base_path="/vercel")


async def application(scope: Any, receive: Any, send: Any) -> None:
    is_vercels = scope["type"] == "http" and scope["path"].startswith("/vercel/")
    await (api.asgi if is_vercels else site)(scope, receive, send)


print_statuses(application, sys.argv[1])
