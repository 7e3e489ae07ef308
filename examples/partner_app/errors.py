"""Errors in the form that Vercel reads, in place of FastAPI's."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


async def _refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).name.lower()
    return JSONResponse(
        {"error": {"code": code, "message": error.detail}},
        status_code=error.status_code,
        headers=error.headers,
    )


async def _bad_request(_request: Request, error: Exception) -> JSONResponse:
    """Say which fields are wrong and how, but not what is in them: one may be a token."""
    assert isinstance(error, RequestValidationError)
    fields: list[dict[str, Any]] = [
        {"key": ".".join(str(part) for part in issue["loc"][1:]), "message": issue["msg"]}
        for issue in error.errors()
    ]
    message = "The request is not what was expected."
    return JSONResponse(
        {"error": {"code": "validation_error", "message": message, "fields": fields}},
        status_code=HTTPStatus.BAD_REQUEST,
    )


async def _failure(_request: Request, _error: Exception) -> JSONResponse:
    """Say nothing of what went wrong here; the server logs it."""
    return JSONResponse(
        {"error": {"code": "internal_server_error", "message": "This failed; try again."}},
        status_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def add_error_handlers(app: FastAPI) -> None:
    """Register handlers that respond to every error in this form."""
    app.add_exception_handler(HTTPException, _refusal)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(Exception, _failure)
