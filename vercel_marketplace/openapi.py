"""An OpenAPI 3.1 document of what this package knows of the Marketplace API.

Other tools and languages read it: validators, mock servers, generators of clients. It is derived
from the operations and models themselves, so it says what this version sends and accepts.
`python -m vercel_marketplace.openapi` prints it.
"""

import json
import re
from importlib import import_module
from typing import Any, cast

from vercel_marketplace import funcs
from vercel_marketplace._internal.config import DEFAULT_SERVER_URL
from vercel_marketplace._internal.json_schema import JSONSchemas, Schema, docstring_of
from vercel_marketplace._internal.operation import AnyOperation, MediaType
from vercel_marketplace._internal.schema import (
    Field,
    arms_of,
    fields_by_name,
    is_list,
)
from vercel_marketplace.partner.operation import IDEMPOTENCY_KEY, AnyPartnerOperation
from vercel_marketplace.partner.operations import OPERATIONS
from vercel_marketplace.tokens.claims import AUTH_HEADER
from vercel_marketplace.version import __version__


def describe() -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of the operations and their models.

    Two extensions name things as this package does. `x-python` is a function, a class or an
    attribute, such as `LineItem.price`. `x-operation` is the operation's name in errors and
    logs, such as `get-global-config`, where Vercel's `operationId` spells out a path.

    Not in it: the bodies of errors, limits on lengths and ranges, and rules between fields, which
    the request classes check. A field that is not required may be null in a response.

    Returns:
        The document, made of dicts, lists, strings and booleans, ready for `json.dumps`.
    """
    models = JSONSchemas()
    paths: dict[str, dict[str, Any]] = {}
    for name in funcs.__all__:
        if name.startswith("marketplace_"):
            function = getattr(funcs, name)
            operation: AnyOperation = import_module(function.__module__).OPERATION
            item = paths.setdefault(_wire_path(operation), {})
            item[operation.method.lower()] = _describe_operation(operation, function, models)
    document = _make_document("Vercel Marketplace API", paths, models)
    return document | {"servers": [{"url": DEFAULT_SERVER_URL}]}


def describe_partner_api() -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of what a partner serves and Vercel calls.

    It is written as `describe` writes its own. `x-tokens` says whose token a call may carry:
    `user`, `system` or both. `x-need` says whether a partner has to offer the operation.

    Not in it: the bodies of errors, limits on lengths and ranges, and rules between fields, which
    are checked before a response is sent.

    Returns:
        The document, made of dicts, lists, strings and booleans, ready for `json.dumps`.
    """
    models = JSONSchemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS.values():
        item = paths.setdefault(_wire_path(operation), {})
        item[operation.method.lower()] = _describe_partner_operation(operation, models)
    return _make_document("Vercel Marketplace Partner API", paths, models)


def _make_document(
    title: str, paths: dict[str, dict[str, Any]], models: JSONSchemas
) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__},
        "paths": paths,
        "components": {
            "schemas": models.components,
            "securitySchemes": {"bearerToken": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe_partner_operation(
    operation: AnyPartnerOperation, models: JSONSchemas
) -> dict[str, Any]:
    request: Any = operation.request
    fields = fields_by_name(request)
    description: dict[str, Any] = {
        "operationId": operation.id,
        "x-tokens": sorted(operation.tokens),
        "x-need": operation.need,
        "tags": ["marketplace"],
        "summary": f"Called when {operation.when}.",
        "externalDocs": {"url": operation.api_page},
        "deprecated": operation.need == "deprecated",
        "security": [{"bearerToken": []}],
        "parameters": [
            *_describe_path(operation, models),
            *(_describe_query(request, fields[name], models) for name in operation.query),
            *map(_describe_header, [AUTH_HEADER, *([IDEMPOTENCY_KEY] * operation.writes)]),
        ],
        "responses": {
            **{str(status): {"description": "Done"} for status in operation.responses},
            **{str(status): {"description": "Refused"} for status in operation.errors},
        },
    }
    for status, kind in operation.responses.items():
        if kind is not None:
            description["responses"][str(status)] |= _content(models.schema(kind))
    if operation.body:
        body = models.properties(request, operation.body)
        required = bool(body.get("required"))
        description["requestBody"] = {"required": required} | _content(body)
    return description


def _describe_header(name: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"in": "header", "name": name.title(), "required": False, "schema": schema}


def _describe_query(request: type, field: Field, models: JSONSchemas) -> dict[str, Any]:
    """Describe a parameter: a list as one per entry, any other value as JSON in a string."""
    is_repeated = any(map(is_list, arms_of(field.kind)))
    schema = models.field(request, field) if is_repeated else {"type": "string"}
    return {"in": "query", "name": field.wire_name, "required": False, "schema": schema}


def _describe_path(
    operation: AnyOperation | AnyPartnerOperation, models: JSONSchemas
) -> list[dict[str, Any]]:
    request: Any = operation.request
    fields = fields_by_name(request)
    return [
        {
            "in": "path",
            "name": fields[name].wire_name,
            "required": True,
            "schema": models.field(request, fields[name]),
        }
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _wire_path(operation: AnyOperation | AnyPartnerOperation) -> str:
    fields = fields_by_name(cast("Any", operation.request))
    return operation.path.format(**{name: f"{{{fields[name].wire_name}}}" for name in fields})


def _describe_operation(
    operation: AnyOperation, function: Any, models: JSONSchemas
) -> dict[str, Any]:
    request: Any = operation.request
    fields = fields_by_name(request)
    description: dict[str, Any] = {
        "operationId": operation.openapi_id,
        "x-operation": operation.id,
        "x-python": function.__name__,
        "tags": [operation.tag],
        "summary": docstring_of(function).partition("\n")[0],
        "externalDocs": {"url": operation.api_page},
        "deprecated": operation.replaced_by is not None,
        "security": [{"bearerToken": []}] if operation.authenticated else [],
        "parameters": _describe_path(operation, models),
        "responses": {
            str(operation.success): _describe_success(operation, models),
            **{str(status): {"description": "No body"} for status in operation.empty_success},
            **{str(status): {"description": text} for status, text in operation.errors.items()},
        },
    }
    if operation.body == "*":
        content = _content(models.schema(request), operation.media_type)
        description["requestBody"] = {"required": True} | content
    elif operation.body is not None:
        body = fields[operation.body]
        required = {"required": not body.optional}
        content = _content(models.field(request, body), operation.media_type)
        description["requestBody"] = required | content
    return description


def _describe_success(operation: AnyOperation, models: JSONSchemas) -> dict[str, Any]:
    if operation.response is None:
        return {"description": "Done"}
    return {"description": operation.returns} | _content(models.schema(operation.response))


def _content(schema: Schema, media_type: MediaType = "application/json") -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


if __name__ == "__main__":
    print(json.dumps(describe(), indent=2))  # noqa: T201 (a command prints)
