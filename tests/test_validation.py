"""What a request may hold, and how what it may not hold is explained."""

import json
import math
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.generated import values
from tests.operations import INVOICE, ITEM, OPERATIONS, PERIOD, REQUESTS, SECRETS, exchange
from vercel_marketplace import SDKValidationError
from vercel_marketplace._internal.validation import write
from vercel_marketplace.models import (
    Balance,
    Billing,
    ClaimCondition,
    ClaimRule,
    CreateEventRequestBody,
    CustomClaims,
    InvoiceTest,
    ResourceUpdatedEvent,
    RevokeInstallationCredentialRequestBody,
    RotateInstallationCredentialRequestBody,
    UpdateResourceRequestBody,
    Usage,
)

BODIES = {
    id_: operation.request
    if operation.body == "*"
    else next(a.type for a in attrs.fields(operation.request) if a.name == operation.body)
    for id_, operation in OPERATIONS.items()
    if operation.body
}


class ListOfTheUsers(list):
    """Such as an ORM's."""


# Wrong nearly everywhere; right here and there.
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        [
            10**400,
            math.inf,
            b"bytes",
            Decimal("NaN"),
            Decimal("1.5"),
            datetime(2026, 10, 31),  # noqa: DTZ001 (a naive one is what is refused)
            datetime(2026, 10, 31, tzinfo=UTC).date(),
            datetime.max.replace(tzinfo=UTC),
            [],
            (),
            ListOfTheUsers([ITEM]),
            {},
            [None],
            (ITEM,),
            [PERIOD],
            ITEM,
            PERIOD,
            INVOICE,
            Billing(items=[ITEM]),
            "total",
            object(),
            str,
        ]
    ),
)


@st.composite
def spoiled(draw, whole):
    """A drawn value with something in it, at any depth, replaced by junk."""
    return _spoil(draw, draw(whole))


def _spoil(draw, value):
    if attrs.has(type(value)) and draw(st.integers(0, 9)):
        name = draw(st.sampled_from([a.name for a in attrs.fields(type(value))]))
        return attrs.evolve(value, **{name: _spoil(draw, getattr(value, name))})
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        return value | {key: _spoil(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _spoil(draw, value[index]), *value[index + 1 :]]
    return draw(JUNK)


@pytest.mark.parametrize("operation_id", BODIES)
@given(data=st.data())
def test_a_request_is_either_written_or_explained(operation_id, data):
    """Whatever a request holds, it becomes JSON, or issues that name a place and no value."""
    kind = BODIES[operation_id]
    output = write(kind, data.draw(spoiled(values(kind))), "body")
    if not output.issues:
        json.loads("".join(output.pieces))
    assert all(issue.path.startswith("body") for issue in output.issues)


@pytest.mark.parametrize("operation_id", BODIES)
@given(data=st.data())
def test_what_the_annotations_allow_is_written(operation_id, data):
    """Whatever a type checker lets through is sent."""
    kind = BODIES[operation_id]
    assert write(kind, data.draw(values(kind))).issues == []


# Messages ----------------------------------------------------------------------------

DATA = REQUESTS["submit-billing-data"].request_body
CLAIMS = "request_body.custom_claims"
RESULTS = '"paid", "notpaid" or "overdue"'
EVENTS = "InstallationUpdatedEvent or ResourceUpdatedEvent"
USAGE = Usage(name="Size", type="total", units="GB", day_value=1, period_value=1)


def claiming(**fields):
    return "update-resource", {
        "request_body": UpdateResourceRequestBody(custom_claims=CustomClaims(**fields))
    }


def submitted(body):
    return "submit-billing-data", {"request_body": body}


def invoiced(**changed):
    return "submit-invoice", {"request_body": attrs.evolve(INVOICE, **changed)}


CENTS = "request_body.balances[0].currency_value_in_cents"


def balanced(cents):
    body = REQUESTS["submit-prepayment-balances"].request_body
    balances = [Balance(currency_value_in_cents=cents)]
    return "submit-prepayment-balances", {"request_body": attrs.evolve(body, balances=balances)}


@pytest.mark.parametrize(
    ("changed", "issues"),
    [
        (invoiced(memo=5), ["request_body.memo: expected a string, got int"]),
        (invoiced(final="yes"), ["request_body.final: expected a bool, got str"]),
        (invoiced(final=1), ["request_body.final: expected a bool, got int"]),
        (
            invoiced(period=None),
            ["request_body.period: expected Period, got None"],
        ),
        (
            invoiced(period={"start": 1}),
            [
                (
                    "request_body.period: expected Period, got dict; "
                    "from_dict(Period, …) makes one from JSON"
                )
            ],
        ),
        (
            invoiced(items=None),
            ["request_body.items: expected a list of LineItem, got None"],
        ),
        (
            invoiced(items=iter([ITEM])),
            ["request_body.items: expected a list of LineItem, got list_iterator"],
        ),
        (
            invoiced(items=[ITEM, PERIOD]),
            ["request_body.items[1]: expected LineItem, got Period"],
        ),
        (
            invoiced(items=[attrs.evolve(ITEM, quantity="720")]),
            ["request_body.items[0].quantity: expected a finite number, got str"],
        ),
        (
            invoiced(items=[attrs.evolve(ITEM, quantity=True)]),
            ["request_body.items[0].quantity: expected a finite number, got bool"],
        ),
        (
            invoiced(items=[attrs.evolve(ITEM, quantity=math.inf)]),
            ["request_body.items[0].quantity: expected a finite number, got inf"],
        ),
        (
            invoiced(items=[attrs.evolve(ITEM, quantity=10**400)]),
            ["request_body.items[0].quantity: expected a finite number, got too large an int"],
        ),
        (
            invoiced(test=InvoiceTest(result="lost")),
            [f"request_body.test.result: expected {RESULTS}, got another string"],
        ),
        (
            submitted(attrs.evolve(DATA, billing=Billing(items=[PERIOD]))),
            ["request_body.billing.items[0]: expected LineItem, got Period"],
        ),
        (
            submitted(attrs.evolve(DATA, billing=PERIOD)),
            ["request_body.billing: expected a list of LineItem or Billing, got Period"],
        ),
        (
            submitted(attrs.evolve(DATA, usage=[USAGE, attrs.evolve(USAGE, day_value=None)])),
            ["request_body.usage[1].day_value: expected a finite number, got None"],
        ),
        (
            ("create-event", {"request_body": CreateEventRequestBody(event="sesame")}),
            [f"request_body.event: expected {EVENTS}, got str"],
        ),
        (
            (
                "create-event",
                {
                    "request_body": CreateEventRequestBody(
                        event=ResourceUpdatedEvent(type="installation.updated", resource_id=7)
                    )
                },
            ),
            [
                ('request_body.event.type: expected "resource.updated", got another string'),
                "request_body.event.resource_id: expected a string, got int",
            ],
        ),
        (
            ("submit-invoice", {"request_body": None}),
            ["request_body: expected SubmitInvoiceRequestBody, got None"],
        ),
        (
            ("exchange-sso-token", {"code": None}),
            ['code: required with grant_type "authorization_code"'],
        ),
        (
            ("exchange-sso-token", {"refresh_token": "sesame"}),
            ['refresh_token: not allowed with grant_type "authorization_code"'],
        ),
        (
            ("exchange-sso-token", {"grant_type": "refresh_token"}),
            [
                'refresh_token: required with grant_type "refresh_token"',
                'code: not allowed with grant_type "refresh_token"',
                'state: not allowed with grant_type "refresh_token"',
            ],
        ),
        (
            (
                "rotate-installation-credential",
                {"request_body": RotateInstallationCredentialRequestBody(client_secret="x" * 513)},
            ),
            ["request_body.client_secret: must have at most 512 characters"],
        ),
        (
            (
                "revoke-installation-credential",
                {
                    "request_body": RevokeInstallationCredentialRequestBody(
                        token="x" * 513, client_secret="x" * 513
                    )
                },
            ),
            [
                "request_body.token: must have at most 512 characters",
                "request_body.client_secret: must have at most 512 characters",
            ],
        ),
        (
            claiming(roles=["x"] * 33, default_role="x" * 33),
            [
                f"{CLAIMS}.roles: must have at most 32 entries, has 33",
                f"{CLAIMS}.default_role: must have at most 32 characters",
            ],
        ),
        (
            claiming(roles=["x" * 33, 7]),
            [
                f"{CLAIMS}.roles[1]: expected a string, got int",
                f"{CLAIMS}.roles[0]: must have at most 32 characters",
            ],
        ),
        (
            claiming(
                claim_rules=[
                    ClaimRule(when=ClaimCondition(role=[], environment=()), claims={"a": {}})
                ]
            ),
            [
                f"{CLAIMS}.claim_rules[0].when.role: must have from 1 to 32 entries, has 0",
                f"{CLAIMS}.claim_rules[0].when.environment: must have from 1 to 32 entries, has 0",
                f"{CLAIMS}.claim_rules[0].claims.a: must be a string, a number, a boolean or None",
            ],
        ),
        (
            claiming(claim_rules=[ClaimRule(claims=None)]),
            [f"{CLAIMS}.claim_rules[0].claims: expected a dict of JSON values, got None"],
        ),
        (
            balanced(10.5),
            [f"{CENTS}: expected a whole number, got float"],
        ),
        (balanced(cents=True), [f"{CENTS}: expected a whole number, got bool"]),
        (balanced("1050"), [f"{CENTS}: expected a whole number, got str"]),
        (balanced(Decimal(1050)), [f"{CENTS}: expected a whole number, got Decimal"]),
        (balanced(10**400), [f"{CENTS}: expected a whole number, got too large an int"]),
        (("get-member", {"member_id": 5}), ["member_id: expected a string, got int"]),
        (
            ("get-member", {"member_id": "\ud800"}),
            ["member_id: expected a string, got a str with a lone surrogate"],
        ),
        (
            ("get-member", {"integration_configuration_id": None, "member_id": ""}),
            [
                "integration_configuration_id: expected a string, got None",
                "member_id: must not be empty",
            ],
        ),
    ],
)
def test_an_issue_names_the_place_and_the_type(changed, issues):
    """Each thing that is wrong is named with its path in Python's terms."""
    operation_id, fields = changed
    request = attrs.evolve(REQUESTS[operation_id], **fields)
    result, recorder = exchange(operation_id, request=request)
    assert isinstance(result.error, SDKValidationError)
    assert list(map(str, result.error.issues)) == issues
    assert result.error.operation_id == operation_id
    assert recorder.sent == []


def test_what_is_as_long_as_it_may_be_is_sent():
    """Every limit of the contract is the last value that is accepted."""
    secret, roles = "x" * 512, ["x" * 32] * 32
    condition = ClaimCondition(role=roles, environment=["x" * 40] * 32)
    claims = CustomClaims(
        roles=roles,
        default_role=roles[0],
        claim_rules=[ClaimRule(when=condition, claims={})],
    )
    for operation_id, body in {
        "revoke-installation-credential": RevokeInstallationCredentialRequestBody(
            token=secret, client_secret=secret
        ),
        "update-resource": UpdateResourceRequestBody(custom_claims=claims),
    }.items():
        request = attrs.evolve(REQUESTS[operation_id], request_body=body)
        assert exchange(operation_id, request=request)[0].ok


def test_the_message_is_the_first_issue_and_a_count():
    """One line says what is wrong first, and how much more there is."""
    request = attrs.evolve(REQUESTS["get-member"], integration_configuration_id=1, member_id=2)
    error = exchange("get-member", request=request)[0].error
    assert error.message == (
        "integration_configuration_id: expected a string, got int (and 1 more: see error.issues)"
    )


SURROGATE = "\ud800"


@pytest.mark.parametrize(
    ("operation_id", "fields", "path"),
    [
        ("get-member", {"member_id": SURROGATE}, "member_id"),
        (
            "submit-invoice",
            {"request_body": attrs.evolve(INVOICE, memo=SURROGATE)},
            "request_body.memo",
        ),
        (
            "submit-invoice",
            {"request_body": attrs.evolve(INVOICE, items=[attrs.evolve(ITEM, total=SURROGATE)])},
            "request_body.items[0].total",
        ),
        ("exchange-sso-token", {"code": SURROGATE}, "code"),
    ],
)
def test_text_that_utf8_can_not_express_is_refused(operation_id, fields, path):
    """A lone surrogate, which only writing finds, is named with its place."""
    request = attrs.evolve(REQUESTS[operation_id], **fields)
    error = exchange(operation_id, request=request)[0].error
    assert isinstance(error, SDKValidationError)
    assert [issue.path for issue in error.issues] == [path]


WORD = "open-sesame"


@pytest.mark.parametrize(
    ("operation_id", "fields"),
    [
        ("submit-invoice", {"request_body": WORD}),
        ("submit-invoice", {"request_body": attrs.evolve(INVOICE, invoice_date=WORD)}),
        ("submit-invoice", {"request_body": attrs.evolve(INVOICE, test=InvoiceTest(result=WORD))}),
        (
            "update-resource-secrets",
            {
                "request_body": attrs.evolve(
                    SECRETS, secrets=[attrs.evolve(SECRETS.secrets[0], value=[WORD])]
                )
            },
        ),
        ("update-resource-secrets", {"request_body": attrs.evolve(SECRETS, partial=WORD)}),
        ("exchange-sso-token", {"client_secret": [WORD]}),
        ("exchange-sso-token", {"client_secret": WORD + SURROGATE}),
        ("exchange-sso-token", {"grant_type": WORD, "code": None}),
    ],
)
def test_no_message_shows_a_value(operation_id, fields):
    """A wrong value may be a secret in the wrong place, so only its type is named."""
    request = attrs.evolve(REQUESTS[operation_id], **fields)
    error = exchange(operation_id, request=request)[0].error
    assert isinstance(error, SDKValidationError)
    assert WORD not in f"{error} {error!r} {error.pretty()} {error.issues}"
