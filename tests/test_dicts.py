"""`to_dict` and `from_dict`: a model is a JSON object, and a JSON object a model."""

import json
import traceback
from collections import ChainMap, deque
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import get_args
from urllib.parse import parse_qsl

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.generated import values
from tests.operations import CASES, INVOICE, ITEM, OPERATIONS, PERIOD, REQUESTS, SECRETS, exchange
from vercel_marketplace import Err, Ok, SDKValidationError
from vercel_marketplace import models as m
from vercel_marketplace._internal.schema import (
    arms_of,
    fields_of,
    is_list,
    is_model,
    is_only_from_vercel,
)
from vercel_marketplace.models import dicts, from_dict, to_dict

CLASSES = sorted(
    (value for name in m.__all__ if attrs.has(value := getattr(m, name))),
    key=lambda model: model.__name__,
)
BODIES = [model for model in CLASSES if model.__name__.endswith("RequestBody")]
RESPONSE_CLASSES = list(dict.fromkeys(o.response for o in OPERATIONS.values() if o.response))
RESPONSES = [case.value for case in CASES.values() if case.value is not None]
PLAN = m.BillingPlan(
    id="pro",
    type="subscription",
    name="Pro",
    details=[m.BillingPlanDetail(label="Size")],
    additional_properties={"minimumAmount": "5.00", "tags": ["a", None]},
)
SHOWN = m.Notification(level="warn", title="Nearly full")
CLAIMS = m.CustomClaims(
    roles=["reader"],
    claim_rules=[m.ClaimRule(when=m.ClaimCondition(role=["reader"]), claims={"a": 1, "b": None})],
)
RESOURCE = m.Resource(
    id="db_1",
    internal_id="store_1",
    name="Data",
    product_id="iap_1",
    status="of next year",
    metadata={"size": 1.5},
    custom_claims=CLAIMS,
)
BILLING = REQUESTS["submit-billing-data"].request_body
# What is easily lost on the way: unions, null, further properties, moments, enums of tomorrow.
SPECIAL = [
    attrs.evolve(INVOICE, external_id="acme-2026-10", final=True, test=m.InvoiceTest()),
    attrs.evolve(BILLING, billing=m.Billing(items=[ITEM])),
    m.CreateEventRequestBody(event=m.InstallationUpdatedEvent(billing_plan_id="pro")),
    m.UpdateResourceRequestBody(secrets=SECRETS.secrets),
    m.UpdateResourceRequestBody(secrets=SECRETS, billing_plan=PLAN, custom_claims=CLAIMS),
    m.UpdateInstallationRequestBody(),
    m.UpdateInstallationRequestBody(notification=None),
    m.UpdateInstallationRequestBody(notification="a string"),
    m.UpdateInstallationRequestBody(notification=SHOWN),
    m.UpdateInstallationRequest("icfg_1"),
    PLAN,
    ITEM,
    RESOURCE,
    m.Account(url="https://vercel.com/acme", contact=None),
    m.Account(url="https://vercel.com/acme", contact=m.Contact(email="a@acme.test")),
    m.SsoTokens(id_token="a", access_token="b", refresh_token="c", expires_in=0.5),
]


def through_json(model):
    return from_dict(type(model), json.loads(json.dumps(to_dict(model))))


def issues_of(model, mapping):
    with pytest.raises(SDKValidationError) as caught:
        from_dict(model, mapping)
    return [str(issue) for issue in caught.value.issues]


def changed(model, **fields):
    """The JSON of a model with other fields; `...` takes one away."""
    given = to_dict(model) | fields
    return {name: value for name, value in given.items() if value is not ...}


# Both ways ---------------------------------------------------------------------------


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_survives_json(request_):
    """A request that was kept as JSON is equal to what it was."""
    assert through_json(request_) == request_


@pytest.mark.parametrize("response", RESPONSES, ids=lambda value: type(value).__name__)
def test_a_response_survives_json(response):
    """A response that was kept as JSON is equal to what it was."""
    assert through_json(response) == response


@pytest.mark.parametrize("model", SPECIAL, ids=lambda value: type(value).__name__)
def test_nothing_special_is_lost_in_json(model):
    """Unions, null, additional properties and unknown members of enums survive JSON."""
    assert through_json(model) == model


@pytest.mark.parametrize("model", [*BODIES, *RESPONSE_CLASSES], ids=lambda model: model.__name__)
@given(data=st.data())
def test_whatever_a_model_holds_survives_json(model, data):
    """Any valid body survives JSON, with each field that it may have."""
    value = data.draw(values(model))
    assert through_json(value) == value


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_to_dict_is_what_is_sent(case):
    """The body of a request as a dict is the JSON, or the form, that the API receives."""
    _, recorder = exchange(case.id, request=case.request)
    body = case.operation.body
    sent = recorder.sent[0].content
    held = case.request if body in {None, "*"} else getattr(case.request, body)
    is_form = case.operation.media_type != "application/json"
    read = (lambda content: dict(parse_qsl(content.decode()))) if is_form else json.loads
    assert (read(sent) if sent else None) == (to_dict(held) if body else None)


@pytest.mark.parametrize("case", [c for c in CASES.values() if c.value], ids=lambda c: c.id)
def test_from_dict_reads_what_arrives(case):
    """The JSON of a response is read as the response was."""
    assert from_dict(type(case.value), case.answer) == case.value


def test_an_invoice_that_was_kept_is_still_safe_to_retry():
    """The external id is what makes a submission safe to retry; it comes back with the rest."""
    request = m.SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, external_id="acme-2026-10"))
    assert OPERATIONS["submit-invoice"].is_idempotent(through_json(request))


# To a dict ---------------------------------------------------------------------------


def test_names_are_those_of_the_api():
    """Names are in camelCase, in the models of the request and of what it holds."""
    assert to_dict(
        m.UpdateInvoiceRequest(
            "icfg_1",
            "mi_1",
            m.UpdateInvoiceRequestBody(action="refund", reason="Outage", total=Decimal("6.00")),
        )
    ) == {
        "integrationConfigurationId": "icfg_1",
        "invoiceId": "mi_1",
        "requestBody": {"action": "refund", "reason": "Outage", "total": "6.00"},
    }


def test_names_are_in_snake_case_where_the_api_has_them_so():
    """The credentials of an installation keep OAuth's names."""
    credential = m.RevokedCredential(revoked=True, already_revoked=False)
    assert to_dict(credential) == {"revoked": True, "already_revoked": False}


def test_secrets_are_written():
    """Secrets are asked for, and are there in plain text."""
    (secret,) = to_dict(SECRETS)["secrets"]
    assert secret["value"] == "s3cr3t-value"


def test_moments_are_written_in_utc():
    """A moment is written as on the wire, whatever its zone: in UTC, with milliseconds."""
    start = datetime(2026, 10, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    period = attrs.evolve(PERIOD, start=start)
    assert to_dict(period)["start"] == "2026-10-01T00:00:00.000Z"
    assert through_json(period) == period


def test_a_dict_is_the_callers_own():
    """Changing the dict changes nothing of the model."""
    body = m.ReplaceGlobalConfigRequestBody(data={"dark": [True]})
    to_dict(body)["data"]["dark"].append(False)
    assert body.data == {"dark": [True]}


@pytest.mark.parametrize(
    ("model", "problems"),
    [
        (
            attrs.evolve(ITEM, price=0.1, quantity="1"),
            [
                "price: expected an amount as a decimal string, Decimal or int, got float",
                "quantity: expected a finite number, got str",
            ],
        ),
        (
            m.GetInvoiceRequest("", ".."),
            [
                "integration_configuration_id: must not be empty",
                'invoice_id: must not be "..": it would change the URL path',
            ],
        ),
        (m.GetMemberRequest("icfg_1", 5), ["member_id: expected a string, got int"]),
        (
            m.ExchangeSsoTokenRequestBody(client_id="oac_1", client_secret="s"),
            ['code: required with grant_type "authorization_code"'],
        ),
    ],
)
def test_a_request_that_could_not_be_sent_is_not_written(model, problems):
    """What is refused before it is sent is refused before it is kept, each place once."""
    with pytest.raises(SDKValidationError) as caught:
        to_dict(model)
    assert list(map(str, caught.value.issues)) == problems


def test_a_response_is_written_though_a_request_could_not_say_it():
    """The bounds of a request do not keep a response from being written."""
    many = m.CustomClaims(roles=["reader"] * 33)
    resource = attrs.evolve(RESOURCE, custom_claims=many)
    assert through_json(resource) == resource
    with pytest.raises(SDKValidationError, match="roles: must have at most 32 entries, has 33"):
        to_dict(many)


def test_what_is_nested_too_deeply_is_not_written():
    """A value that Python cannot read again is an error with its place."""
    data = inner = {}
    for _ in range(100_000):
        inner["a"] = inner = {}
    with pytest.raises(SDKValidationError, match="data: nested too deeply"):
        to_dict(m.ReplaceGlobalConfigRequestBody(data=data))


def test_what_can_be_written_but_not_read_is_not_returned(monkeypatch):
    """At the very bound of Python's recursion, writing may succeed where reading does not."""

    def fail(_content):
        raise RecursionError

    monkeypatch.setattr(dicts, "parse", fail)
    with pytest.raises(SDKValidationError, match=r"^Period: nested too deeply$"):
        to_dict(PERIOD)


@pytest.mark.parametrize("value", [None, {}, "invoice", m.Invoice, m.UNSET])
def test_only_a_model_can_be_written(value):
    """Anything else is a mistake in the program."""
    with pytest.raises(TypeError, match=r"model must be one of vercel_marketplace\.models, got "):
        to_dict(value)


# From a dict, strictly ---------------------------------------------------------------


def test_every_place_that_is_wrong_is_named():
    """One error names all that is wrong, wherever it is, as before a request is sent."""
    wrong = {
        "externalID": "acme-2026-10",
        "invoiceDate": "2026-10-31T12:30:00",
        "period": {"start": "yesterday"},
        "items": [changed(ITEM, price=0.1, billingPlanId=...), 5],
        "discounts": {},
        "final": "yes",
        "test": {"result": []},
    }
    assert sorted(issues_of(m.SubmitInvoiceRequestBody, wrong)) == [
        '["externalID"]: unknown field; did you mean "externalId"?',
        "discounts: expected a list of Discount, got dict",
        "final: expected a bool, got str",
        "invoice_date: expected a timezone-aware datetime, got a naive datetime; give it a tzinfo",
        "items[0].billing_plan_id: a required field is missing",
        "items[0].price: expected an amount as a decimal string, Decimal or int, got float",
        "items[1]: expected LineItem, got int",
        "period.end: a required field is missing",
        "period.start: expected an ISO 8601 timestamp",
        'test.result: expected "paid", "notpaid" or "overdue", got list',
    ]


def test_the_error_says_what_it_is_about():
    """The text names the class, the first place, and how many more there are."""
    with pytest.raises(SDKValidationError) as caught:
        from_dict(m.Period, {})
    assert str(caught.value) == (
        "Period: start: a required field is missing (and 1 more: see error.issues)"
    )


def test_a_misspelled_name_comes_before_the_field_that_is_missing_for_it():
    """The text of the error shows one issue: the cause and not its consequence."""
    item = to_dict(ITEM)
    item["billing_plan_id"] = item.pop("billingPlanId")
    with pytest.raises(SDKValidationError) as caught:
        from_dict(m.LineItem, item)
    assert str(caught.value) == (
        'LineItem: ["billing_plan_id"]: unknown field; did you mean "billingPlanId"? '
        "(and 1 more: see error.issues)"
    )


@pytest.mark.parametrize(
    ("model", "mapping", "problem"),
    [
        (m.Period, [], "expected Period, got list"),
        (m.Period, "{}", "expected Period, got str"),
        (m.Period, None, "expected Period, got None"),
        (m.Secret, changed(SECRETS.secrets[0], value=None), "value: expected a string, got None"),
        (m.Secret, changed(SECRETS.secrets[0], **{"a b": 1}), '["a b"]: unknown field'),
        (m.Secret, {**to_dict(SECRETS.secrets[0]), 5: 1}, "[5]: unknown field"),
        (
            m.LineItem,
            changed(ITEM, resource_id="db_1"),
            '["resource_id"]: unknown field; did you mean "resourceId"?',
        ),
        (
            m.CreateEventRequestBody,
            {"event": {"type": "resource.removed"}},
            'event: "type" must be "installation.updated" or "resource.updated"',
        ),
        (
            m.CreateEventRequestBody,
            {"event": {"resourceId": "db_1"}},
            'event: "type" must be "installation.updated" or "resource.updated"',
        ),
        (
            m.CreateEventRequestBody,
            {"event": {"type": []}},
            'event: "type" must be "installation.updated" or "resource.updated"',
        ),
        (
            m.UpdateDeploymentActionRequestBody,
            {"outcomes": [{"kind": "resource-locks"}]},
            'outcomes[0]: "kind" must be "resource-secrets" or "resource-claims"',
        ),
        (
            m.UpdateDeploymentActionRequestBody,
            {"outcomes": {}},
            (
                "outcomes: expected a list of ResourceSecretsOutcome or ResourceClaimsOutcome, "
                "got dict"
            ),
        ),
        (
            m.CreateEventRequestBody,
            {"event": "resource.updated"},
            "event: expected InstallationUpdatedEvent or ResourceUpdatedEvent, got str",
        ),
        (
            m.GetInvoiceRequest,
            {"integrationConfigurationId": "icfg_1", "invoiceId": ""},
            "invoice_id: must not be empty",
        ),
        (
            m.Balance,
            {"currencyValueInCents": 1050.5},
            "currency_value_in_cents: expected a whole number, got float",
        ),
        (
            m.BillingPlan,
            changed(PLAN, more={"x": float("nan")}),
            'additional_properties["more"]["x"]: expected a JSON value, got nan',
        ),
        (
            m.ExchangeSsoTokenRequestBody,
            {"client_id": "oac_1", "client_secret": "s"},
            'code: required with grant_type "authorization_code"',
        ),
        (
            m.CustomClaims,
            {"roles": ["reader"] * 33},
            "roles: must have at most 32 entries, has 33",
        ),
    ],
)
def test_a_request_is_read_as_strictly_as_it_is_sent(model, mapping, problem):
    """What could not be sent is not read either, and has the same message."""
    assert issues_of(model, mapping) == [problem]


@pytest.mark.parametrize(
    ("model", "mapping", "name", "value"),
    [
        (m.LineItem, changed(ITEM, total=36), "total", "36"),
        (m.LineItem, changed(ITEM, total=Decimal("36.0")), "total", "36.0"),
        (m.LineItem, changed(ITEM, details=None), "details", None),
        (m.Period, changed(PERIOD, start=PERIOD.start), "start", PERIOD.start),
        (m.Period, changed(PERIOD, start="2026-10-01T02:00:00+02:00"), "start", PERIOD.start),
        (m.SubmitInvoiceRequestBody, changed(INVOICE, items=deque([ITEM])), "items", [ITEM]),
        (m.UpdateInstallationRequestBody, {"notification": None}, "notification", None),
        (m.UpdateInstallationRequestBody, {}, "notification", m.UNSET),
        (m.BillingPlan, changed(PLAN, minimumAmount=..., tags=...), "additional_properties", None),
    ],
)
def test_from_dict_accepts_what_a_request_does(model, mapping, name, value):
    """Exact amounts, moments in any zone, sequences of any class: what models accept, too."""
    assert getattr(from_dict(model, mapping), name) == value


@pytest.mark.parametrize("wrap", [MappingProxyType, ChainMap])
def test_any_mapping_is_read(wrap):
    """A mapping need not be a dict."""
    assert from_dict(m.Period, wrap(to_dict(PERIOD))) == PERIOD


# From a dict, openly -----------------------------------------------------------------


def test_what_a_response_adds_is_ignored():
    """Unknown fields of a response are ignored, also in what occurs in requests."""
    line = changed(ITEM, of_tomorrow=1)
    given = CASES["get-invoice"].answer | {"items": [line], "ofTomorrow": 1}
    assert from_dict(m.Invoice, given) == CASES["get-invoice"].value


def test_an_optional_field_of_a_response_that_does_not_fit_is_skipped():
    """An optional field of the wrong type does not spoil the rest of a response."""
    given = MappingProxyType(CASES["get-invoice"].answer | {"memo": 5, "test": "no"})
    assert from_dict(m.Invoice, given) == CASES["get-invoice"].value


def test_a_field_that_is_skipped_is_in_the_log(caplog):
    """What is skipped is not lost in silence, and its value is not shown."""
    from_dict(m.SubmittedInvoice, {"invoiceId": "mi_1", "validationErrors": "s3cr3t"})
    assert caplog.messages == [
        "SubmittedInvoice: skipped: validation_errors: expected a list, got str"
    ]


def test_what_a_skipped_field_is_in_may_be_of_any_class():
    """A tuple and a mapping in the place of list and dict are read with a field left out."""
    line = MappingProxyType(changed(ITEM, details=5))
    given = CASES["get-invoice"].answer | {"items": (line,)}
    assert from_dict(m.Invoice, given) == CASES["get-invoice"].value


def test_every_required_field_of_a_response_that_does_not_fit_is_named():
    """A response without what it requires is refused, with each place."""
    given = changed(RESOURCE, id=..., name=5)
    assert issues_of(m.Resource, given) == [
        "id: a required field is missing",
        "name: expected a string, got int",
    ]


@pytest.mark.parametrize("model", [dict, str, "Invoice", SECRETS, None])
def test_only_a_models_class_can_be_made(model):
    """Anything else is a mistake in the program."""
    with pytest.raises(TypeError, match=r"model must be a class of vercel_marketplace\.models"):
        from_dict(model, {})


@pytest.mark.parametrize("result", [Ok(PERIOD), Err(ValueError())])
def test_a_result_is_not_its_value(result):
    """The result of a function, given by mistake, is named with what to do."""
    with pytest.raises(TypeError, match=r"got (Ok|Err); pass result\.unwrap\(\)$"):
        to_dict(result)


def test_a_class_of_somebody_else_is_no_model():
    """A class made with attrs elsewhere has no names of the API."""
    foreign = attrs.make_class("Foreign", ["x"])
    with pytest.raises(TypeError, match=r"got Foreign$"):
        to_dict(foreign(1))
    with pytest.raises(TypeError, match=r"got Foreign$"):
        from_dict(foreign, {"x": 1})


# Secrets -----------------------------------------------------------------------------

WORD = "open-sesame"
LEAKY = {"secrets": [{"name": "A", "value": WORD, "valu": WORD}, {"value": WORD}, WORD]}


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(lambda: from_dict(m.UpdateResourceSecretsRequestBody, LEAKY), id="strict"),
        pytest.param(lambda: from_dict(m.SsoTokens, {"access_token": WORD}), id="open"),
        pytest.param(lambda: to_dict(m.Secret(name=5, value=WORD)), id="to_dict"),
    ],
)
def test_no_error_holds_a_secret(fail):
    """Neither the text of an error nor a variable in a frame of the package has a secret."""
    with pytest.raises(SDKValidationError) as caught:
        fail()
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    held = [frame.f_locals for frame in frames if frame.f_code.co_filename == dicts.__file__]
    assert held
    assert WORD not in f"{caught.value.pretty()} {caught.value!r} {held!r}"
    assert caught.value.__context__ is None


# Which side a model is of ------------------------------------------------------------


def parts_of(model):
    """A model, and the models that it holds."""
    found = {model}
    for field in fields_of(model):
        for arm in arms_of(field.kind):
            kind = get_args(arm)[0] if is_list(arm) else arm
            if is_model(kind):
                found |= parts_of(kind)
    return found


def test_each_model_that_only_responses_hold_says_so():
    """A class of responses is read openly, and none that a request may hold."""
    requests = set().union(*(parts_of(o.request) for o in OPERATIONS.values()))
    responses = set().union(*(parts_of(o.response) for o in OPERATIONS.values() if o.response))
    assert {model for model in CLASSES if is_only_from_vercel(model)} == responses - requests


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_parameter_of_a_path_is_checked(case):
    """A request is refused where a parameter of its path is empty, and nowhere else."""
    model = type(case.request)
    path = case.operation.path
    in_path = {f.wire_name: f.name for f in fields_of(model) if f"{{{f.name}}}" in path}
    mapping = changed(case.request, **dict.fromkeys(in_path, ""))
    expected = [f"{name}: must not be empty" for name in in_path.values()]
    assert (issues_of(model, mapping) if expected else []) == expected
