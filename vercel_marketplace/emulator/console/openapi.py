"""The OpenAPI document of the control API."""

from functools import cache
from typing import Any

from vercel_marketplace._internal.json_schema import JSONSchemas, Schema, docstring_of
from vercel_marketplace._internal.schema import Field, fields_of
from vercel_marketplace.emulator.console.command import COMMANDS, Command, members_of
from vercel_marketplace.version import __version__


@cache
def describe() -> dict[str, Any]:
    """Return the document."""
    schemas = JSONSchemas()
    paths: dict[str, dict[str, Any]] = {}
    for command in COMMANDS:
        path = paths.setdefault(f"/_emulator{_wire_path(command)}", {})
        path[command.method.lower()] = _describe_command(command, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Control API of the Vercel Marketplace emulator", "version": __version__},
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


def _wire_path(command: Command) -> str:
    names = {field.name: f"{{{field.wire_name}}}" for field in fields_of(command.arguments)}
    return command.path.format(**names)


def _describe_command(command: Command, schemas: JSONSchemas) -> dict[str, Any]:
    arguments = fields_of(command.arguments)
    in_path = set(command.path_parameters)
    kinds = {field.wire_name: _describe_argument(field, schemas) for field in arguments}
    properties = [field for field in arguments if field.name not in in_path]
    description: dict[str, Any] = {
        "operationId": command.name,
        "summary": docstring_of(command.function).partition("\n")[0],
        "parameters": [
            {
                "in": "path",
                "name": field.wire_name,
                "required": True,
                "schema": kinds[field.wire_name],
            }
            for field in arguments
            if field.name in in_path
        ],
        "responses": {
            "200": {"description": "Done; the body is what there is to see"},
            "204": {"description": "Done"},
            "400": {"description": "An argument is not valid"},
            "404": {"description": "There is no such thing"},
        },
    }
    if properties and command.method == "GET":
        description["parameters"] += [
            {"in": "query", "name": field.wire_name, "schema": kinds[field.wire_name]}
            for field in properties
        ]
    elif properties:
        schema = {
            "type": "object",
            "properties": {field.wire_name: kinds[field.wire_name] for field in properties},
            "required": [field.wire_name for field in properties if field.required],
            "additionalProperties": False,
        }
        description["requestBody"] = {
            "required": any(field.required for field in properties),
            "content": {"application/json": {"schema": schema}},
        }
    return description


def _describe_argument(field: Field, schemas: JSONSchemas) -> Schema:
    members = [*members_of(field.kind)]
    return {"type": "string", "enum": members} if members else schemas.schema(field.kind)
