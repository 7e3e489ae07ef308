"""A document of some of the package's operations, and ways to change it."""

from scripts.contract.document import operations_in
from scripts.contract.package import operations_of_package

STRING = {"type": "string"}
YES = True
BOOLEAN = {"type": "boolean"}
MONEY = STRING | {"pattern": r"^[0-9]+(\.[0-9]+)?$"}
MOMENT = STRING | {"format": "date-time"}


def enum(*members):
    return STRING | {"enum": [*members]}


def array(items):
    return {"type": "array", "items": items}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def obj(required, **properties):
    """An object; which fields are required is a list of words."""
    return {"type": "object", "required": required.split(), "properties": properties}


def holding(schema):
    return {"content": {"application/json": {"schema": schema}}}


def operation(name, success, errors, *, body=None, answer=None, parameters=(), **more):
    """An operation with a token, and with path parameters that are strings."""
    return {
        "operationId": name,
        "tags": ["marketplace"],
        "security": [{"token": []}],
        "parameters": [
            {"in": "path", "name": parameter, "required": True, "schema": STRING}
            for parameter in parameters
        ],
        "responses": {
            success: holding(answer) if answer else {"description": "done"},
            **{status: {"description": "failed"} for status in errors.split()},
        },
        **({"requestBody": holding(body) | {"required": True}} if body else {}),
        **more,
    }


INSTALLATION = "/v1/installations/{integrationConfigurationId}"
ACCOUNT = f"{INSTALLATION}/account"
MEMBER = f"{INSTALLATION}/member/{{memberId}}"
EVENTS = f"{INSTALLATION}/events"
BILLING = f"{INSTALLATION}/billing"
ACTIONS = f"{INSTALLATION}/billing/invoices/{{invoiceId}}/actions"
SECRETS = f"{INSTALLATION}/products/{{integrationProductIdOrSlug}}/resources/{{resourceId}}/secrets"
ITEM_OR_DISCOUNT = {
    "billingPlanId": STRING,
    "resourceId": STRING,
    "start": MOMENT,
    "end": MOMENT,
    "name": STRING,
    "details": STRING,
}
SMALL = {
    "openapi": "3.0.3",
    "paths": {
        ACCOUNT: {
            "get": operation(
                "get-account-info",
                "200",
                "400 401 403 404 410",
                parameters=["integrationConfigurationId"],
                answer=obj(
                    "url contact",
                    name=STRING,
                    url=STRING,
                    contact=obj("email", email=STRING, name=STRING) | {"nullable": True},
                ),
            )
        },
        MEMBER: {
            "get": operation(
                "get-member",
                "200",
                "400 401 403 404 410",
                parameters=["integrationConfigurationId", "memberId"],
                answer=obj(
                    "id role",
                    id=STRING,
                    role=enum("ADMIN", "USER"),
                    globalUserId=STRING,
                    userEmail=STRING,
                ),
            )
        },
        EVENTS: {
            "post": operation(
                "create-event",
                "201",
                "400 401 403 404 410",
                parameters=["integrationConfigurationId"],
                body=obj(
                    "event",
                    event={
                        "oneOf": [
                            obj("type", type=enum("installation.updated"), billingPlanId=STRING),
                            obj(
                                "type resourceId",
                                type=enum("resource.updated"),
                                productId=STRING,
                                resourceId=STRING,
                            ),
                        ]
                    },
                ),
            )
        },
        BILLING: {
            "post": operation(
                "submit-billing-data",
                "201",
                "400 401 403 404 410",
                parameters=["integrationConfigurationId"],
                body=obj(
                    "timestamp eod period billing usage",
                    timestamp=MOMENT,
                    eod=MOMENT,
                    period=obj("start end", start=MOMENT, end=MOMENT),
                    billing={
                        "oneOf": [
                            array(ref("Item")),
                            obj(
                                "items", items=array(ref("Item")), discounts=array(ref("Discount"))
                            ),
                        ]
                    },
                    usage=array(
                        obj(
                            "name type units dayValue periodValue",
                            resourceId=STRING,
                            name=STRING,
                            type=enum("total", "interval", "rate"),
                            units=STRING,
                            dayValue={"type": "number"},
                            periodValue={"type": "number"},
                            planValue={"type": "number"},
                        )
                    ),
                ),
            )
        },
        ACTIONS: {
            "post": operation(
                "update-invoice",
                "204",
                "400 401 403 404 409 410",
                parameters=["integrationConfigurationId", "invoiceId"],
                body={
                    "oneOf": [
                        obj(
                            "action reason total",
                            action=enum("refund"),
                            reason=STRING,
                            total=MONEY,
                        )
                    ]
                },
            )
        },
        SECRETS: {
            "put": operation(
                "update-resource-secrets",
                "201",
                "400 401 403 404 409 410 422",
                parameters=[
                    "integrationConfigurationId",
                    "integrationProductIdOrSlug",
                    "resourceId",
                ],
                body=obj(
                    "secrets",
                    secrets=array(
                        obj(
                            "name value",
                            name=STRING,
                            value=STRING,
                            prefix=STRING,
                            environmentOverrides=obj(
                                "", development=STRING, preview=STRING, production=STRING
                            ),
                        )
                    ),
                    partial=BOOLEAN,
                ),
                deprecated=True,
            )
        },
    },
    "components": {
        "schemas": {
            "Item": obj(
                "billingPlanId name price quantity units total",
                **ITEM_OR_DISCOUNT,
                price=MONEY,
                quantity={"type": "number"},
                units=STRING,
                total=MONEY,
            ),
            "Discount": obj("billingPlanId name amount", **ITEM_OR_DISCOUNT, amount=MONEY),
        }
    },
}
NAMES = {one.name for one in operations_in(SMALL)}
SOME_OF_OURS = [one for one in operations_of_package() if one.name in NAMES]


# Changes ---------------------------------------------------------------------------------


def at(document, path):
    """What stands at a path of keys and indices."""
    for step in path:
        document = document[step]
    return document


def put(value, *path):
    """A change: something else, or something new, at a path."""

    def change(document):
        at(document, path[:-1])[path[-1]] = value

    return change


def add(value, *path):
    """A change: one more in the list at a path."""
    return lambda document: at(document, path).append(value)


def drop(*path):
    """A change: nothing at a path."""

    def change(document):
        del at(document, path[:-1])[path[-1]]

    return change


def move(path, *, to):
    """A change: what is at one path stands at another."""

    def change(document):
        moved = at(document, path)
        drop(*path)(document)
        put(moved, *to)(document)

    return change


def rename(parameter, name, path):
    """A change: a path's parameter is called something else."""

    def change(document):
        for operation in document["paths"][path].values():
            for entry in operation["parameters"]:
                entry["name"] = name if entry["name"] == parameter else entry["name"]
        paths = document["paths"]
        paths[path.replace(f"{{{parameter}}}", f"{{{name}}}")] = paths.pop(path)

    return change


def answer(path, *steps, method="get", status="200"):
    """The place of the schema of an answer."""
    content = ("content", "application/json", "schema")
    return ("paths", path, method, "responses", status, *content, *steps)


def request(path, *steps, method="post"):
    """The place of the schema of a request."""
    content = ("content", "application/json", "schema")
    return ("paths", path, method, "requestBody", *content, *steps)
