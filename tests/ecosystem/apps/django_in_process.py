"""Vercel's calls to a Django project in the process of its tests, without a server."""

import json
import os
from collections.abc import Callable

from vercel_marketplace import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.emulator import Emulator, RunningClock


def django_transport() -> Callable[[HTTPRequest], HTTPResponse]:
    """Make a transport that hands requests to the project, by Django's test client."""
    from django.test import Client

    client = Client()

    def send(request: HTTPRequest) -> HTTPResponse:
        answer = client.generic(
            request.method,
            request.url.removeprefix("https://partner.example"),
            request.content or b"",
            content_type=request.headers.get("content-type", ""),
            headers=dict(request.headers),
        )
        return HTTPResponse(
            answer.status_code,
            headers=Headers(answer.headers.items()),
            content=answer.content,
        )

    return send


emulator = Emulator(RunningClock())
with emulator.serve() as url:  # for the keys, and for the calls of the project
    os.environ |= {"MARKETPLACE_URL": url, "DATABASE": ":memory:"}
    from django_site import Installation, prepare

    prepare()
    transport = django_transport()
    partner = emulator.partner("https://partner.example", transport=transport)
    Installation.objects.all().delete()
    partner.install()
    (row,) = Installation.objects.all()
    page = transport(HTTPRequest(method="GET", url=f"https://partner.example/view/{row.pk}"))

print(json.dumps({"token": row.token == emulator.token, **json.loads(page.content)}))
