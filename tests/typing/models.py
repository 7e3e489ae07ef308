"""What type checkers read off the models; never run."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, assert_type

from vercel_marketplace import models as m
from vercel_marketplace.openapi import describe

NOW = datetime.now(UTC)
PERIOD = m.Period(start=NOW, end=NOW)


def money_is_a_string() -> None:
    """A constructor accepts `Decimal` and `int`, too; the attribute is always `str`."""
    item = m.LineItem(
        billing_plan_id="pro",
        name="Compute",
        price=Decimal("0.05"),
        quantity=720,
        units="hours",
        total=36,
    )
    assert_type(item.price, str)
    assert_type(item.total, str)
    assert_type(item.quantity, float)
    assert_type(item.resource_id, str | None)
    assert_type(item.start, datetime | None)
    discount = m.Discount(billing_plan_id="pro", name="Coupon", amount="1.25")
    assert_type(discount.amount, str)
    refund = m.UpdateInvoiceRequestBody(action="refund", reason="", total=Decimal(1))
    assert_type(refund.total, str)
    assert_type(refund.action, Literal["refund"])


def lists_may_be_any_sequence(items: tuple[m.LineItem, ...]) -> None:
    """Requests accept lists and tuples."""
    body = m.SubmitInvoiceRequestBody(
        invoice_date=NOW, period=PERIOD, items=items, test=m.InvoiceTest(result="overdue")
    )
    assert_type(body.items, Sequence[m.LineItem])
    assert_type(body.discounts, Sequence[m.Discount] | None)
    assert_type(body.test, m.InvoiceTest | None)
    request = m.SubmitInvoiceRequest("icfg_1", body)
    assert_type(request.request_body, m.SubmitInvoiceRequestBody)
    billing = m.SubmitBillingDataRequestBody(
        timestamp=NOW, eod=NOW, period=PERIOD, billing=items, usage=[]
    )
    assert_type(billing.billing, Sequence[m.LineItem] | m.Billing)
    assert_type(billing.usage, Sequence[m.Usage])
    m.SubmitBillingDataRequestBody(
        timestamp=NOW, eod=NOW, period=PERIOD, billing=m.Billing(items=items), usage=()
    )


def an_invoice(invoice: m.Invoice) -> None:
    """Answers have lists, moments, amounts as text and open enums."""
    assert_type(invoice.items, list[m.LineItem])
    assert_type(invoice.discounts, list[m.Discount] | None)
    assert_type(invoice.period, m.Period)
    assert_type(invoice.created, datetime)
    assert_type(invoice.paid_at, datetime | None)
    assert_type(invoice.total, str)
    assert_type(invoice.refund_total, str | None)
    assert_type(invoice.test, bool | None)
    state: str = invoice.state
    assert state


def an_account(account: m.Account, member: m.Member) -> None:
    """What may be missing says so."""
    assert_type(account.name, str | None)
    assert_type(account.contact, m.Contact | None)
    assert_type(member.id, str)
    assert_type(member.user_email, str | None)
    role: str = member.role
    assert role


def tokens(answer: m.SsoTokens) -> None:
    """The response to a code may be the id token alone."""
    assert_type(answer.id_token, str)
    assert_type(answer.access_token, str | None)
    assert_type(answer.expires_in, float | None)
    request = m.ExchangeSsoTokenRequestBody(client_id="oac_1", client_secret="s")
    assert_type(request.grant_type, Literal["authorization_code", "refresh_token"])


def a_submitted_invoice(answer: m.SubmittedInvoice) -> None:
    """Every field of the response is optional."""
    assert_type(answer.invoice_id, str | None)
    assert_type(answer.validation_errors, list[str] | None)


def events(request: m.CreateEventRequest) -> None:
    """An event is told by its type."""
    event = request.request_body.event
    assert_type(event, m.InstallationUpdatedEvent | m.ResourceUpdatedEvent)
    if event.type == "resource.updated":
        assert_type(event.resource_id, str)
    else:
        assert_type(event.billing_plan_id, str | None)


def secrets() -> None:
    """The body of the newer secrets operation may be left out."""
    body = m.UpdateResourceSecretsByIdRequestBody(secrets=[m.Secret(name="A", value="b")])
    assert_type(body.secrets, Sequence[m.Secret])
    assert_type(body.partial, bool | None)
    request = m.UpdateResourceSecretsByIdRequest("icfg_1", "res_1")
    assert_type(request.request_body, m.UpdateResourceSecretsRequestBody | None)
    overrides = m.EnvironmentOverrides(production="c")
    assert_type(overrides.production, str | None)


def custom_claims(resource: m.Resource) -> None:
    """What is read may be sent again as it is."""
    assert_type(resource.custom_claims, m.CustomClaims | None)
    body = m.UpdateResourceRequestBody(custom_claims=resource.custom_claims)
    assert_type(body.custom_claims, m.CustomClaims | None)
    rule = m.ClaimRule(when=m.ClaimCondition(role=("reader",)), claims={"a": 1, "b": None})
    assert_type(rule.when, m.ClaimCondition | None)


def enums(state: m.InvoiceState, role: m.MemberRole, kind: m.UsageType) -> tuple[str, str, str]:
    """The known members are types of their own."""
    assert_type(kind, Literal["total", "interval", "rate"])
    assert_type(role, Literal["ADMIN", "USER"])
    return state, role, kind


def the_openapi_document() -> None:
    """It is a dict, ready to be written as JSON."""
    assert_type(describe(), dict[str, Any])


def json_both_ways(invoice: m.Invoice, loaded: dict[str, Any]) -> None:
    """A dict is made of any model, and a model of the class that is named."""
    assert_type(m.to_dict(invoice), dict[str, Any])
    assert_type(m.from_dict(m.Invoice, loaded), m.Invoice)
    assert_type(m.from_dict(m.GetInvoiceResponseBody, loaded), m.Invoice)
    request = m.from_dict(m.SubmitInvoiceRequest, MappingProxyType(loaded))
    assert_type(request, m.SubmitInvoiceRequest)
    assert_type(m.from_dict(m.Period, {"start": "", "end": ""}), m.Period)
    m.from_dict(m.Period, "{}")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (parse it first)
