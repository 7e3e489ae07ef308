"""The control API over HTTP, as a Starlette application."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    from vercel_marketplace.emulator.console.page import (
        import_result,
        installation,
        overview,
        read_file,
    )
except ImportError as _missing:
    _msg = 'The console requires Starlette and Jinja2: pip install "vercel-marketplace[emulator]"'
    raise ImportError(_msg) from _missing

from vercel_marketplace._internal.schema import fields_of
from vercel_marketplace.emulator.api.responses import error_body, to_json
from vercel_marketplace.emulator.console.command import (
    COMMANDS,
    ArgumentsError,
    Command,
    read_object,
)

# Importing a topic registers its commands.
# pyright: reportUnusedImport=false
from vercel_marketplace.emulator.console.commands import (  # noqa: F401 (see above)
    deployments,
    emulator,
    faults,
    installations,
    partner,
    webhooks,
)
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.openapi import describe

PREFIX: Final = "/_emulator"
_MAX_BODY_BYTES: Final = 1_000_000
_FILES: Final = {"console.css": "text/css", "console.js": "text/javascript"}

# What a partner sends is on the page. Were it ever rendered unescaped, it could still load and
# send nothing.
_PAGE_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

Endpoint = Callable[[Request], Awaitable[Response]]


@lru_cache(maxsize=64)
def app_of(console: Console) -> Starlette:
    """Return the application that serves a console, the same one each time.

    Whoever calls it has refused requests of other sites' pages, and handles what it raises: it
    responds with a 500 before. The path of a scope is percent-encoded, for an id may hold a slash.

    Args:
        console: The console.
    """
    routes = [
        Route(f"{PREFIX}{command.path}", _endpoint(command, console), methods=[command.method])
        for command in COMMANDS
    ]
    routes += [
        Route(f"{PREFIX}/openapi.json", _describe, methods=["GET"]),
        Route(f"{PREFIX}/", _page_endpoint(console, overview), methods=["GET"]),
        Route(
            f"{PREFIX}/installations/{{installation_id}}/page",
            _page_endpoint(console, installation),
            methods=["GET"],
        ),
        Route(
            f"{PREFIX}/installations/{{installation_id}}/import/return",
            _page_endpoint(console, import_result),
            methods=["GET"],
        ),
        *(
            Route(f"{PREFIX}/static/{name}", _file_endpoint(name, media_type), methods=["GET"])
            for name, media_type in _FILES.items()
        ),
    ]
    handlers: Any = {404: _not_found, 405: _not_found, Exception: _failed}
    return Starlette(routes=routes, exception_handlers=handlers)


def _endpoint(command: Command, console: Console) -> Endpoint:
    async def respond(request: Request) -> Response:
        try:
            given = await _arguments(command, request)
            # In a thread: it may call the partner, which may call this server.
            value = await run_in_threadpool(command.run, console, given)
        except ArgumentsError as error:
            return _error(400, "bad_request", str(error))
        except LookupError as error:
            return _error(404, "not_found", str(error))
        except (ValueError, TypeError) as error:
            return _error(400, "bad_request", str(error))
        except ImportError as error:
            return _error(501, "not_implemented", str(error))
        return Response(status_code=204) if value is None else _json(200, value)

    return respond


def _page_endpoint(console: Console, page: Callable[..., str]) -> Endpoint:
    async def respond(request: Request) -> Response:
        try:
            # In a thread: webhooks that are due are sent first.
            html = await run_in_threadpool(
                page, console, str(request.url), **_path_parameters(request)
            )
        except LookupError as error:
            return _error(404, "not_found", str(error))
        return HTMLResponse(html, headers=_PAGE_HEADERS)

    return respond


def _file_endpoint(name: str, media_type: str) -> Endpoint:
    async def respond(_request: Request) -> Response:
        content = await run_in_threadpool(read_file, name)
        return Response(content, headers=_PAGE_HEADERS, media_type=media_type)

    return respond


async def _arguments(command: Command, request: Request) -> dict[str, object]:
    """Return the arguments of a request: those in its path, and of its body or its query.

    Raises:
        ValueError: The body is not a JSON object.
    """
    names = {field.name: field.wire_name for field in fields_of(command.arguments)}
    in_path = {names[name]: value for name, value in _path_parameters(request).items()}
    given: Mapping[str, object] = (
        request.query_params if command.method == "GET" else await _body(request)
    )
    if not in_path.keys().isdisjoint(given):
        msg = f"{', '.join(sorted(in_path.keys() & given.keys()))}: given in the path already"
        raise ValueError(msg)
    return {**given, **in_path}


def _path_parameters(request: Request) -> dict[str, str]:
    return {name: unquote(value) for name, value in request.path_params.items()}


async def _body(request: Request) -> dict[str, object]:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _MAX_BODY_BYTES:
            msg = f"the body is longer than {_MAX_BODY_BYTES} bytes"
            raise ValueError(msg)
    if not content:
        return {}
    # A page of another site can post a form without asking, but no JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        msg = "the body must be JSON, with a content-type of application/json"
        raise ValueError(msg)
    return read_object(bytes(content), "the body")


async def _describe(_request: Request) -> Response:
    return _json(200, describe())


async def _not_found(_request: Request, _exception: Exception) -> Response:
    return _error(404, "not_found", f"No such command; {PREFIX}/openapi.json lists them")


async def _failed(_request: Request, _exception: Exception) -> Response:
    return _error(500, "internal_server_error", "An unexpected internal error occurred")


def _error(status: int, code: str, message: str) -> Response:
    return _json(status, error_body(code, message))


def _json(status: int, value: object) -> Response:
    text = json.dumps(json.loads(to_json(value)), indent=2, ensure_ascii=False)
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    # Half of a surrogate pair, which UTF-8 does not have, is escaped as in any JSON.
    content = f"{text}\n".encode(errors="backslashreplace")
    return Response(content, status, headers, media_type="application/json")
