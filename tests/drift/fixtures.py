"""The vendored document, and ways to change a copy of it."""

import copy
from functools import partial

from scripts.contract.openapi import read_operations
from tests.contract.reading import contract
from vercel_marketplace.openapi import describe

DOCUMENT = contract("marketplace.openapi.json")
OURS = read_operations(describe())

STRING = {"type": "string"}
BOOLEAN = {"type": "boolean"}
INTEGER = {"type": "integer"}
NUMBER = {"type": "number"}
MOMENT = STRING | {"format": "date-time"}
MONEY = STRING | {"pattern": r"^[0-9]+(\.[0-9]+)?$"}
YES = True
JSON = ("content", "application/json", "schema")
INSTALLATION = "/v1/installations/{integrationConfigurationId}"


def enum(*members):
    return STRING | {"enum": [*members]}


def array(items):
    return {"type": "array", "items": items}


def obj(required, **properties):
    """An object; which fields are required is a list of words."""
    return {"type": "object", "required": required.split(), "properties": properties}


def null(schema):
    return schema | {"nullable": True}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema):
    return {"content": {"application/json": {"schema": schema}}}


def operation(**more):
    """Return an operation that no document has yet."""
    responses = {"200": {"description": "done"}}
    return {"operationId": "get-plan", "tags": ["marketplace"], "responses": responses} | more


def at(document, path):
    """Return what is at a path of keys and indices."""
    for step in path:
        document = document[step]
    return document


def put(value, *path):
    """Return a change: something else, or something new, at a path."""

    def change(document):
        at(document, path[:-1])[path[-1]] = value

    return change


def add(value, *path):
    """Return a change: one more in the list at a path."""
    return lambda document: at(document, path).append(value)


def drop(*path):
    """Return a change: nothing at a path."""

    def change(document):
        del at(document, path[:-1])[path[-1]]

    return change


def move(path, *, to):
    """Return a change: what is at one path is at another."""

    def change(document):
        put(at(document, path), *to)(document)
        drop(*path)(document)

    return change


def each(*changes):
    """Return a change that is several."""
    return lambda document: [change(document) for change in changes]


def changed(*changes):
    """Return a changed copy of the vendored document."""
    document = copy.deepcopy(DOCUMENT)
    each(*changes)(document)
    return document


def place(path, method, *steps):
    """Return the path of an operation, or of something in it."""
    return ("paths", INSTALLATION + path, method, *steps)


MEMBER = partial(place, "/member/{memberId}", "get")
MEMBER_SCHEMA = partial(MEMBER, "responses", "200", *JSON)
ACCOUNT_SCHEMA = partial(place, "/account", "get", "responses", "200", *JSON)
EVENT = partial(place, "/events", "post")
EVENT_SCHEMA = partial(EVENT, "requestBody", *JSON)
BILLING_SCHEMA = partial(place, "/billing", "post", "requestBody", *JSON)
ACTION_SCHEMA = partial(
    place, "/billing/invoices/{invoiceId}/actions", "post", "requestBody", *JSON
)
SECRETS = partial(
    place, "/products/{integrationProductIdOrSlug}/resources/{resourceId}/secrets", "put"
)
