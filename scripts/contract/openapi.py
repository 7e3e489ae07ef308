"""Reads an OpenAPI 3 document into operations, each with its facts."""

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from scripts.contract.schema import DocumentError, Fact, Facts, Json, SchemaReader, resolve

TAG: Final = "marketplace"
JSON: Final = "application/json"
METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
_FIRST_ERROR: Final = "4"  # the first digit of its status


@frozen(eq=False, kw_only=True)
class Operation:
    """An operation of a document.

    Attributes:
        name: What the report calls it.
        id: Its `operationId`; empty where it has none.
        method: The HTTP method, in capitals.
        path: The path, with its parameters in braces.
        python: The function's name, in the package's own document.
        facts: What is said of it, by place.
    """

    name: str
    id: str
    method: str
    path: str
    python: str
    facts: Facts

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def read_operations(document: Any) -> list[Operation]:
    """Return the Marketplace's operations of a document: those with its tag, or without any.

    Raises:
        DocumentError: It is not an OpenAPI 3 document, or a reference in it leads nowhere.
    """
    if not isinstance(document, dict):
        msg = "not an OpenAPI document: the JSON is not an object"
        raise DocumentError(msg)
    version = str(document.get("openapi", "none"))
    if not version.startswith("3."):
        msg = f"not an OpenAPI 3 document: its version is {version}"
        raise DocumentError(msg)
    try:
        return [*_operations(document)]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        msg = f"not a valid OpenAPI document: {type(error).__name__}: {error}"
        raise DocumentError(msg) from error


def _operations(document: Json) -> Iterator[Operation]:
    for path, entry in document.get("paths", {}).items():
        item = resolve(document, entry)
        for method in METHODS:
            operation = item.get(method)
            if operation is not None and TAG in (operation.get("tags") or [TAG]):
                id_ = operation.get("operationId", "")
                address = f"{method.upper()} {path}"
                yield Operation(
                    name=operation.get("x-operation", id_) or address,
                    id=id_,
                    method=method.upper(),
                    path=path,
                    python=operation.get("x-python", ""),
                    facts=_facts(document, method.upper(), path, item, operation),
                )


def _facts(document: Json, method: str, path: str, item: Json, operation: Json) -> Facts:
    statuses = {
        str(status).upper(): resolve(document, response)
        for status, response in operation["responses"].items()
        if status != "default"  # every operation may fail in every way
    }
    successes = {status: one for status, one in statuses.items() if status < _FIRST_ERROR}
    security = any(operation.get("security", document.get("security", [])))
    deprecated = operation.get("deprecated")
    requests, responses = [SchemaReader(document, response=one) for one in (False, True)]
    facts = {
        **_parameters(
            requests, path, [*item.get("parameters", ()), *operation.get("parameters", ())]
        ),
        ("security",): _note("a bearer token" if security else "no token"),
        ("deprecation",): _note("deprecated" if deprecated else "not deprecated"),
        ("success",): _note(*successes),
        ("errors",): _note(*statuses.keys() - successes.keys()),
        **_body(requests, "request", resolve(document, operation.get("requestBody", {}))),
    }
    for status, response in successes.items():
        # The response to HEAD has no body, whatever is said of it.
        facts |= {} if method == "HEAD" else _body(responses, status, response)
    return facts


def _note(*notes: str) -> Fact:
    return Fact(notes=frozenset(notes))


def _parameters(reader: SchemaReader, path: str, parameters: list[Any]) -> Facts:
    """Return those of the path by their position, the others by their name."""
    facts: Facts = {}
    found = {(p["in"], p["name"]): p for p in (resolve(reader.document, p) for p in parameters)}
    in_path = sorted(
        (name for where, name in found if where == "path"),
        key=lambda name: path.find(f"{{{name}}}"),
    )
    for (where, name), parameter in found.items():
        place = f"{where} parameter {name}"
        notes = ["required" if parameter.get("required") else "optional"]
        if where == "path":
            place, notes = f"path parameter {in_path.index(name) + 1}", [*notes, name]
        notes += ["deprecated"] if parameter.get("deprecated") else []
        facts |= reader.read(parameter.get("schema", {}), (place,), notes)
    return facts


def _body(reader: SchemaReader, place: str, holder: Json) -> Facts:
    content = holder.get("content")
    if not content:
        return {}
    if JSON not in content:
        return {(place,): Fact(frozenset({"another media type"}), frozenset({"required"}))}
    required = reader.response or holder.get("required")
    notes = ["required" if required else "optional"]
    return reader.read(content[JSON].get("schema", {}), (place,), notes)
