"""The request and response classes: frozen, keyword-friendly, and silent about secrets."""

import ast
import copy
import inspect
import pickle
from datetime import UTC, datetime
from itertools import pairwise

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

from tests.operations import INVOICE, ITEM, PERIOD, REQUESTS, SECRETS
from vercel_marketplace import models
from vercel_marketplace.models import (
    EnvironmentOverrides,
    ExchangeSsoTokenRequestBody,
    GetInvoiceRequest,
    Resource,
    ResourceSummary,
    RevokeInstallationCredentialRequestBody,
    RotatedCredential,
    RotateInstallationCredentialRequestBody,
    Secret,
    SsoTokens,
    SubmittedInvoice,
)

CLASSES = sorted(
    (value for name in models.__all__ if attrs.has(value := getattr(models, name))),
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", CLASSES)
def test_a_model_is_frozen_and_slotted(model):
    """No attribute can be set, and none can be added."""
    instance = object.__new__(model)
    with pytest.raises(FrozenInstanceError):
        setattr(instance, attrs.fields(model)[0].name, None)
    assert not hasattr(instance, "__dict__")


@pytest.mark.parametrize("model", CLASSES)
def test_a_model_documents_every_field(model):
    """Each field has a docstring below it, which editors show for the keyword as well."""
    (node,) = ast.parse(inspect.getsource(model)).body
    documented = [
        field.target.id
        for field, docstring in pairwise(node.body)
        if isinstance(field, ast.AnnAssign) and isinstance(docstring, ast.Expr)
    ]
    assert documented == [a.name for a in attrs.fields(model)]


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_copies_and_pickles(request_):
    """A request can be queued: its copies are equal to it."""
    assert pickle.loads(pickle.dumps(request_)) == request_
    assert copy.deepcopy(request_) == request_


def test_path_parameters_may_be_given_by_position():
    """Short requests need no keywords."""
    assert GetInvoiceRequest("icfg_1", "mi_1") == GetInvoiceRequest(
        integration_configuration_id="icfg_1", invoice_id="mi_1"
    )


@pytest.mark.parametrize("model", [INVOICE, ITEM, PERIOD, SECRETS])
def test_bodies_take_keywords_only(model):
    """Bodies grow fields in the contract's order, so that positions would change."""
    with pytest.raises(TypeError, match="positional"):
        type(model)("x", "y", "z")


def test_a_model_is_changed_by_making_another():
    """`attrs.evolve` gives a copy with another value, converted as at first."""
    changed = attrs.evolve(ITEM, price=5)
    assert (changed.price, ITEM.price) == ("5", "0.05")


def test_equal_moments_make_equal_models():
    """Models are compared by what they say, not by how it is written."""
    start = datetime.fromisoformat("2026-10-01T02:00:00+02:00")
    assert attrs.evolve(PERIOD, start=start) == attrs.evolve(
        PERIOD, start=datetime(2026, 10, 1, tzinfo=UTC)
    )


def test_both_secrets_operations_share_a_body():
    """The newer operation's body is the older one's under its own name."""
    assert models.UpdateResourceSecretsByIdRequestBody is models.UpdateResourceSecretsRequestBody


def test_every_field_of_a_submitted_invoices_answer_is_optional():
    """A response that says nothing is a value, too."""
    assert SubmittedInvoice() == SubmittedInvoice(
        invoice_id=None, test=None, validation_errors=None
    )


@pytest.mark.parametrize(
    "resource",
    [
        ResourceSummary(partner_id="res_1", internal_id="i", name="n", product_id="p"),
        Resource(id="res_1", internal_id="i", name="n", product_id="p"),
    ],
    ids=["listed", "fetched"],
)
def test_a_resource_has_one_name_for_its_id(resource):
    """Listed or read alone, the partner's id is the `resource_id` that operations take."""
    assert resource.resource_id == "res_1"


# Secrets -----------------------------------------------------------------------------

WORD = "open-sesame"
HOLDERS = [
    Secret(name="PASSWORD", value=WORD),
    EnvironmentOverrides(development=WORD, preview=WORD, production=WORD),
    ExchangeSsoTokenRequestBody(
        code=WORD, state=WORD, refresh_token=WORD, client_id="oac_1", client_secret=WORD
    ),
    SsoTokens(id_token=WORD, access_token=WORD, refresh_token=WORD),
    RotateInstallationCredentialRequestBody(client_secret=WORD),
    RotatedCredential(access_token=WORD, token_type="oauth2-token", expires_in=1, scope=""),
    RevokeInstallationCredentialRequestBody(token=WORD, client_secret=WORD),
]


def nested(secret):
    return attrs.evolve(
        REQUESTS["update-resource-secrets-by-id"],
        request_body=attrs.evolve(SECRETS, secrets=[secret]),
    )


@pytest.mark.parametrize(
    "holder",
    [
        *HOLDERS,
        nested(HOLDERS[0]),
        nested(attrs.evolve(HOLDERS[0], environment_overrides=HOLDERS[1])),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_a_secret_is_never_shown(holder):
    """Neither repr nor str of a model, nor of one that holds it, has the secret's text."""
    shown = f"{holder!r} {holder}"
    assert WORD not in shown
    assert "'***'" in shown


def test_a_missing_secret_is_shown_as_missing():
    """That there is none is no secret, and helps to find a mistake."""
    assert repr(EnvironmentOverrides(preview="")) == (
        "EnvironmentOverrides(development=None, preview='***', production=None)"
    )


SUSPICIOUS = ("secret", "token", "code", "password", "value", "state")
# Ids, kinds and measures, and lists of what hides itself.
HARMLESS = {
    "Balance.currency_value_in_cents",
    "BillingPlanDetail.value",
    "SsoTokens.token_type",
    "OauthToken.token_type",
    "ResourceSecretsOutcome.secrets",
    "Invoice.state",
    "ImportResourceRequestBody.secrets",
    "ExperimentationSettingsSummary.edge_config_token_id",
    "RotatedCredential.token_type",
    "UpdateResourceRequestBody.secrets",
    "UpdateResourceSecretsRequestBody.secrets",
    "Usage.day_value",
    "Usage.period_value",
    "Usage.plan_value",
}


def test_every_field_that_sounds_like_a_secret_is_hidden():
    """A field named like a secret is redacted, or is known to be harmless."""
    open_ = {
        f"{model.__name__}.{a.name}"
        for model in CLASSES
        for a in attrs.fields(model)
        if a.repr is True and any(word in a.name for word in SUSPICIOUS)
    }
    assert open_ == HARMLESS


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("Account", "GetAccountInfoResponseBody"),
        ("ImportedResource", "ImportResourceResponseBody"),
        ("Invoice", "GetInvoiceResponseBody"),
        ("Member", "GetMemberResponseBody"),
        ("Resource", "GetIntegrationResourceResponseBody"),
        ("ResourceList", "GetIntegrationResourcesResponseBody"),
        ("RevokedCredential", "RevokeInstallationCredentialResponseBody"),
        ("RotatedCredential", "RotateInstallationCredentialResponseBody"),
        ("SsoTokens", "ExchangeSsoTokenResponseBody"),
        ("SubmittedInvoice", "SubmitInvoiceResponseBody"),
        ("UpdatedResource", "UpdateResourceResponseBody"),
    ],
)
def test_a_class_has_its_name_in_the_typescript_sdk(noun, name):
    """Both names are of one class, which calls itself by the noun."""
    assert getattr(models, name) is getattr(models, noun)
    assert getattr(models, name).__name__ == noun
