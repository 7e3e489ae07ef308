"""Mounts the partner API in Litestar."""

import sys

from litestar import Litestar, asgi, get
from litestar.types import Receive, Scope, Send
from mounted import make_api, print_statuses

api = make_api()


@get("/", sync_to_thread=False)
def home() -> str:
    return "home"


@asgi("/vercel", is_mount=True, copy_scope=True)
async def vercel(scope: Scope, receive: Receive, send: Send) -> None:
    await api.asgi(scope, receive, send)


app = Litestar([home, vercel])

print_statuses(app, sys.argv[1])
