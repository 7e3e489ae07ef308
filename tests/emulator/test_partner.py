"""The emulator calls a partner's server, and says what is wrong with the responses."""

import json
import pickle
import traceback
from contextlib import suppress
from functools import partial

import pytest

from tests.emulator.builders import respond
from vercel_marketplace import Headers, HTTPResponse, SyncVercel
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.emulator.partner import (
    PartnerContractError,
    PartnerError,
    PartnerInstallation,
    PartnerRefusedError,
    PartnerUnreachableError,
    Uninstallation,
)
from vercel_marketplace.errors import ConnectionError as NoConnectionError
from vercel_marketplace.tokens import SyncTokenVerifier, SystemClaims, TokenError, UserClaims

BASE = "https://partner.example/vercel"
PLAN = {"id": "pro", "type": "subscription", "name": "Pro", "description": "All of it"}
RESOURCE = {
    "id": "db_1",
    "productId": Emulator.integration.product_id,
    "name": "orders",
    "metadata": {"region": "iad1"},
    "status": "ready",
}
SECRET = {"name": "DATABASE_URL", "value": "hidden-1"}
PROVISIONED = {**RESOURCE, "secrets": [SECRET]}
ERROR = {"error": {"code": "conflict", "message": "Not now"}}


class Partner:
    """A partner's server that responds as it is told, and keeps what it was asked."""

    def __init__(self):
        self.requests = []
        self.says(204)

    def says(self, status, body=None, content_type="application/json"):
        """Respond like this from now on."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = b"" if status == 204 and body is None else content
        headers = Headers({"content-type": content_type})
        self._response = HTTPResponse(status, headers=headers, content=content)

    def send(self, request):
        self.requests.append(request)
        return self._response

    @property
    def asked(self):
        """The last request's method, path and body."""
        request = self.requests[-1]
        path = request.url.removeprefix(BASE)
        body = None if request.content is None else json.loads(request.content)
        return request.method, path, body


@pytest.fixture
def server():
    return Partner()


@pytest.fixture
def partner(emulator, server):
    """The connection to it."""
    return emulator.partner(f"{BASE}/", transport=server)


@pytest.fixture
def provisioned(partner, server):
    """A resource that the partner has provisioned."""
    server.says(200, PROVISIONED)
    return partner.provision_resource(name="orders", billing_plan_id="pro")


def error_of(call):
    """The error that a call raises."""
    with pytest.raises(PartnerError) as caught:
        call()
    return caught.value


def faults(call):
    """The places and problems of a response that breaks the contract."""
    error = error_of(call)
    assert type(error) is PartnerContractError
    return [str(issue) for issue in error.issues]


# What is sent ----------------------------------------------------------------------------


def test_an_installation_comes_with_its_token_and_account(partner, server, emulator):
    """Installing sends the scopes, the policies, the access token and the team."""
    partner.install(scopes=["read"], accepted_policies={"toc": "2026-01-01T00:00:00Z"})
    assert server.asked == (
        "PUT",
        f"/v1/installations/{emulator.installation_id}",
        {
            "scopes": ["read"],
            "acceptedPolicies": {"toc": "2026-01-01T00:00:00Z"},
            "credentials": {"access_token": emulator.token, "token_type": "Bearer"},
            "account": {
                "name": "Acme",
                "url": f"https://vercel.com/acme/~/integrations/{emulator.installation_id}",
                "contact": {"email": "owner@acme.example"},
            },
        },
    )


def test_an_update_brings_the_newest_token(partner, server, emulator):
    """Installing again after a rotation of the credential sends the new one."""
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        rotated = vercel.marketplace.rotate_installation_credential(
            integration_configuration_id=emulator.installation_id,
            request_body=m.RotateInstallationCredentialRequestBody(
                client_secret=emulator.integration.client_secret
            ),
        )
    partner.install()
    assert server.asked[2]["credentials"]["access_token"] == rotated.access_token


CALLS = [
    (lambda p: p.get_installation(), "GET", "", None, "system"),
    (lambda p: p.uninstall(reason="Too dear"), "DELETE", "", {"reason": "Too dear"}, "user"),
    (
        lambda p: p.uninstall(cascade_resource_deletion=True, kind="system"),
        "DELETE",
        "",
        {"cascadeResourceDeletion": True},
        "system",
    ),
    (
        lambda p: p.provision_resource(
            name="orders",
            billing_plan_id="pro",
            product_id="acme-redis",
            metadata={"region": "iad1"},
            external_id="button-1",
        ),
        "POST",
        "/resources",
        {
            "productId": "acme-redis",
            "name": "orders",
            "metadata": {"region": "iad1"},
            "billingPlanId": "pro",
            "externalId": "button-1",
        },
        "user",
    ),
    (lambda p: p.get_resource("db/1"), "GET", "/resources/db%2F1", None, "system"),
    (
        lambda p: p.update_resource("db_1", name="old", billing_plan_id="free"),
        "PATCH",
        "/resources/db_1",
        {"name": "old", "billingPlanId": "free"},
        "user",
    ),
    (
        lambda p: p.rotate_secrets("db_1", reason="Leak", delay_old_secrets_expiration_hours=0.5),
        "POST",
        "/resources/db_1/secrets/rotate",
        {"reason": "Leak", "delayOldSecretsExpirationHours": 0.5},
        "user",
    ),
    (
        lambda p: p.rotate_secrets("db_1", kind="system"),
        "POST",
        "/resources/db_1/secrets/rotate",
        {},
        "system",
    ),
    (lambda p: p.delete_resource("db_1"), "DELETE", "/resources/db_1", None, "user"),
]


@pytest.mark.parametrize(("call", "method", "path", "body", "kind"), CALLS)
def test_a_call_is_what_vercel_sends(partner, server, call, method, path, body, kind):
    """Every call has its method, path, body and kind of token."""
    with suppress(PartnerError):
        call(partner)
    assert server.asked == (method, f"/v1/installations/{Emulator.installation_id}{path}", body)
    assert server.requests[-1].headers["x-vercel-auth"] == kind


@pytest.mark.parametrize(
    ("arguments", "product"),
    [((), Emulator.integration.product_id), (("acme/redis",), "acme%2Fredis")],
)
def test_plans_are_asked_for_by_product(partner, server, arguments, product):
    """Plans are listed for a product, that of the first resource if none is named."""
    with suppress(PartnerError):
        partner.list_plans(*arguments)
    assert server.asked == ("GET", f"/v1/products/{product}/plans", None)


@pytest.mark.parametrize("call", [call for call, *_ in CALLS])
def test_a_call_is_signed(partner, server, emulator, call):
    """The token of every call is one that the partner's verifier accepts."""
    verifier = SyncTokenVerifier(
        emulator.integration.client_id,
        transport=emulator.transport(),
        clock=emulator.clock.timestamp,
    )
    with suppress(PartnerError):
        call(partner)
    headers = server.requests[-1].headers
    claims = verifier.verify_call(
        headers["authorization"],
        headers["x-vercel-auth"],
        installation_id=emulator.installation_id,
    )
    expected = UserClaims if headers["x-vercel-auth"] == "user" else SystemClaims
    assert type(claims) is expected


@pytest.mark.parametrize("name", ["", ".", "..", "\ud800"])
def test_an_id_does_not_make_another_path(partner, server, name):
    """An id that a server would take for a step, or that is empty, is refused before it is sent."""
    for call in (partner.delete_resource, partner.get_resource):
        with pytest.raises(ValueError, match=r"^resource_id must not be "):
            call(name)
    assert server.requests == []


def test_every_change_has_a_key_of_its_own(partner, server):
    """Two requests that change something have different idempotency keys."""
    partner.delete_resource("db_1")
    partner.delete_resource("db_1")
    keys = {request.headers["idempotency-key"] for request in server.requests}
    assert len(keys) == 2


def test_a_repetition_has_the_key_of_the_first(partner, server):
    """A key that is given is the one that is sent."""
    partner.install(idempotency_key="again")
    assert server.requests[-1].headers["idempotency-key"] == "again"


def test_reading_has_no_key(partner, server):
    """A request that changes nothing has no idempotency key."""
    with suppress(PartnerError):
        partner.get_resource("db_1")
    assert "idempotency-key" not in server.requests[-1].headers


def test_the_query_of_the_base_url_stays(emulator, server):
    """What the base URL has behind a question mark goes behind the path."""
    server.says(200, {})
    emulator.partner("https://partner.example?preview=1", transport=server).get_installation()
    path = f"/v1/installations/{emulator.installation_id}?preview=1"
    assert server.requests[-1].url == f"https://partner.example{path}"


def test_a_further_installation_has_a_connection_of_its_own(emulator, server):
    """What `add_installation` made is installed by its own id and token."""
    other = emulator.installations.add("icfg_other")
    other.partner(BASE, transport=server).install()
    assert server.asked[1] == "/v1/installations/icfg_other"
    assert server.asked[2]["credentials"]["access_token"] == other.token


@pytest.mark.parametrize("url", [f"{BASE}/v1", f"{BASE}/v1/"])
def test_a_base_url_ends_before_the_version(emulator, url):
    """Each call adds /v1, which the base URL does not have."""
    with pytest.raises(ValueError, match="ends before /v1"):
        emulator.partner(url)


@pytest.mark.parametrize("url", ["partner.example", "ftp://partner.example", "http://u:p@x"])
def test_an_address_that_is_none_is_refused(emulator, url):
    """A URL that nothing can be sent to is refused before anything is."""
    with pytest.raises(ValueError, match="url must be an absolute http or https URL"):
        emulator.partner(url)


def test_the_partner_may_take_so_long(emulator, server):
    """The timeout is that of each call."""
    emulator.partner(BASE, timeout=1.5, transport=server).install()
    assert server.requests[-1].timeout == 1.5


# What comes of it ------------------------------------------------------------------------


def test_an_empty_response_is_an_installation_of_which_nothing_is_said(partner):
    """A 204 to an installation is as good as an empty object."""
    assert partner.install() == PartnerInstallation()


def test_an_installation_may_have_a_plan_and_a_notification(partner, server):
    """What the partner says of the installation comes back typed."""
    server.says(200, {"billingPlan": PLAN, "notification": {"level": "info", "title": "Hi"}})
    installation = partner.install()
    assert installation.billing_plan.description == "All of it"
    assert installation.notification.title == "Hi"


@pytest.mark.parametrize("call", [lambda p: p.install(), lambda p: p.get_installation()])
def test_the_plan_and_the_notification_of_an_installation_are_known(
    partner, server, emulator, call
):
    """What the partner says of the installation the emulator has, until it says otherwise."""
    server.says(200, {"billingPlan": PLAN, "notification": {"level": "info", "title": "Hi"}})
    call(partner)
    server.says(200, {})
    call(partner)
    assert emulator.received.installation_update.billing_plan == m.BillingPlan(**PLAN)
    assert emulator.received.installation_update.notification == m.Notification(
        level="info", title="Hi"
    )


def test_plans_are_typed(partner, server):
    """The plans come back with their fields, and what is unknown is passed over."""
    server.says(200, {"plans": [{**PLAN, "cost": "$20", "disabled": True, "new": 1}]})
    (plan,) = partner.list_plans().plans
    assert (plan.id, plan.cost, plan.disabled) == ("pro", "$20", True)


def test_a_provisioned_resource_is_known(provisioned, emulator):
    """After provisioning the emulator has the resource with its secrets."""
    assert emulator.resources.environment_variables("db_1") == {"DATABASE_URL": "hidden-1"}
    assert emulator.resources["db_1"].metadata == {"region": "iad1"}


def test_a_plan_is_kept_whole(partner, server, emulator):
    """What a plan of the partner's has beside the fields of the SDK's is kept by its JSON name."""
    server.says(200, {**PROVISIONED, "billingPlan": {**PLAN, "minimumAmount": "5.00"}})
    partner.provision_resource(name="orders", billing_plan_id="pro")
    assert emulator.resources["db_1"].billing_plan == m.BillingPlan(
        **PLAN, additional_properties={"minimumAmount": "5.00"}
    )


def test_a_notification_is_kept(partner, server, emulator):
    """What the customer is to see of a resource is known afterwards."""
    server.says(200, {**PROVISIONED, "notification": {"level": "warn", "title": "Full"}})
    partner.provision_resource(name="orders", billing_plan_id="pro")
    assert emulator.resources["db_1"].notification == m.Notification(level="warn", title="Full")


def test_a_repeated_provisioning_changes_nothing(partner, server, emulator):
    """The same key and the same resource again is fine."""
    server.says(200, PROVISIONED)
    first = partner.provision_resource(name="o", billing_plan_id="p", idempotency_key="k")
    emulator.team.connect_project("prj_1", resource_id="db_1")
    again = partner.provision_resource(name="o", billing_plan_id="p", idempotency_key="k")
    assert again == first


def test_a_repetition_may_overtake_the_first(emulator):
    """A request that is retried while the first is under way brings the same resource."""
    results = []

    class Slow(Partner):
        def send(self, request):
            if not self.requests:
                self.requests.append(request)
                results.append(provision())
            return super().send(request)

    server = Slow()
    server.says(200, PROVISIONED)
    partner = emulator.partner(BASE, transport=server)

    def provision():
        return partner.provision_resource(name="o", billing_plan_id="p", idempotency_key="k")

    results.append(provision())
    assert [resource.id for resource in results] == ["db_1", "db_1"]
    assert emulator.resources.environment_variables("db_1") == {"DATABASE_URL": "hidden-1"}


def test_a_repetition_that_makes_another_resource_is_a_fault(partner, server):
    """The same key has to bring the same resource."""
    server.says(200, PROVISIONED)
    partner.provision_resource(name="o", billing_plan_id="p", idempotency_key="k")
    server.says(200, {**PROVISIONED, "id": "db_2"})
    again = partial(partner.provision_resource, name="o", billing_plan_id="p", idempotency_key="k")
    assert faults(again) == ["id: another one than before, though the Idempotency-Key is the same"]


def test_an_update_is_known(provisioned, partner, server, emulator):
    """After an update the emulator has the resource as the partner describes it."""
    server.says(200, {**RESOURCE, "name": "carts", "status": "suspended"})
    partner.update_resource("db_1", name="carts")
    resource = emulator.resources["db_1"]
    assert (resource.name, resource.status) == ("carts", "suspended")


def test_an_update_leaves_the_secrets(provisioned, partner, server, emulator):
    """What a response does not speak of stays."""
    server.says(200, RESOURCE)
    partner.update_resource("db_1")
    assert emulator.resources.environment_variables("db_1") == {"DATABASE_URL": "hidden-1"}


def test_an_update_leaves_what_a_response_has_no_word_for(partner, server, emulator):
    """How an imported resource belongs to the installation, extras and custom claims stay."""
    claims = m.CustomClaims(claim_rules=[m.ClaimRule(claims={"shard": 1})])
    body = m.ImportResourceRequestBody(
        ownership="linked",
        product_id=Emulator.integration.product_id,
        name="orders",
        status="ready",
        extras={"shard": 1},
        custom_claims=claims,
    )
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        vercel.marketplace.import_resource(
            integration_configuration_id=emulator.installation_id,
            resource_id="db_1",
            request_body=body,
        )
    server.says(200, {**RESOURCE, "name": "carts"})
    partner.update_resource("db_1", name="carts")
    resource = emulator.resources["db_1"]
    assert (resource.name, resource.ownership, resource.extras) == ("carts", "linked", {"shard": 1})
    assert resource.custom_claims == claims


def test_rotated_secrets_replace_the_old_ones(provisioned, partner, server, emulator):
    """New secrets take the place of all that were there."""
    server.says(200, {"sync": True, "secrets": [{"name": "URL", "value": "hidden-2"}]})
    partner.rotate_secrets("db_1")
    assert emulator.resources.environment_variables("db_1") == {"URL": "hidden-2"}


def test_a_partial_rotation_leaves_the_others(provisioned, partner, server, emulator):
    """With `partial` what is not listed stays."""
    body = {"sync": True, "partial": True, "secrets": [{"name": "URL", "value": "hidden-2"}]}
    server.says(200, body)
    partner.rotate_secrets("db_1")
    assert emulator.resources.environment_variables("db_1") == {
        "DATABASE_URL": "hidden-1",
        "URL": "hidden-2",
    }


@pytest.mark.parametrize("status", [200, 202])
def test_a_rotation_may_come_later(provisioned, partner, server, emulator, status):
    """With `sync` false nothing changes yet."""
    server.says(status, {"sync": False})
    assert partner.rotate_secrets("db_1").sync is False
    assert emulator.resources.environment_variables("db_1") == {"DATABASE_URL": "hidden-1"}


def test_a_deleted_resource_is_gone(provisioned, partner, server, emulator):
    """After a deletion neither the resource nor its projects are there."""
    emulator.team.connect_project("prj_1", resource_id="db_1")
    webhooks = []
    emulator.webhooks.subscribe(
        lambda request: webhooks.append(json.loads(request.content)["type"])
    )
    server.says(204)
    assert partner.delete_resource("db_1") is None
    assert "db_1" not in emulator.resources
    assert webhooks == ["integration-resource.project-disconnected"]


@pytest.mark.parametrize(
    ("call", "response"),
    [
        (lambda p: p.update_resource("db_1"), RESOURCE),
        (lambda p: p.rotate_secrets("db_1"), {"sync": True, "secrets": [SECRET]}),
    ],
)
def test_what_only_the_partner_knows_stays_its_own(partner, server, emulator, call, response):
    """A resource that the emulator does not have is not made by asking for it."""
    server.says(200, response)
    call(partner)
    assert "db_1" not in emulator.resources


def test_an_uninstalled_product_has_a_day_left(partner, emulator):
    """After a 204 the token is good for 24 hours."""
    assert partner.uninstall() == Uninstallation(finalized=False)
    emulator.clock.advance(hours=23)
    assert status_of_a_call(emulator) == 200
    emulator.clock.advance(hours=1)
    assert status_of_a_call(emulator) == 410


def test_a_finalized_installation_is_over_at_once(partner, server, emulator):
    """Where the partner says that no invoices will come the token is dead."""
    server.says(200, {"finalized": True})
    partner.uninstall()
    assert status_of_a_call(emulator) == 410


def test_an_uninstallation_may_be_repeated(partner, server, emulator):
    """A second request finds it removed, and may still say that it is finalized."""
    partner.uninstall()
    server.says(200, {"finalized": True})
    partner.uninstall()
    assert status_of_a_call(emulator) == 410


def status_of_a_call(emulator):
    from vercel_marketplace import HTTPRequest

    url = f"https://api.vercel.com/v1/installations/{emulator.installation_id}/account"
    headers = {"authorization": f"Bearer {emulator.token}"}
    return respond(emulator, HTTPRequest(method="GET", url=url, headers=headers)).status_code


# What breaks the contract ----------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 302, 500, 503])
def test_a_deletion_is_answered_with_nothing(partner, server, status):
    """Any other status than the documented one is a fault that names both."""
    server.says(status, {})
    assert faults(lambda: partner.delete_resource("db_1")) == [f"expected status 204, got {status}"]


def test_every_status_that_is_right_is_named(partner, server):
    """Where there are several, all are named."""
    server.says(500)
    assert faults(partner.install) == ["expected status 200 or 201 or 204, got 500"]


def test_a_response_is_json(partner, server):
    """A body of another content type is not read."""
    server.says(200, {}, content_type="text/html")
    assert faults(partner.install) == ["expected JSON, with a content-type of application/json"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value at character 0"),
        (b'{"a": 1', "Expecting ',' delimiter at character 7"),
        (b'{"a": NaN}', "NaN and Infinity are not valid JSON"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_is_none_is_a_fault(partner, server, body, reason):
    """A body that cannot be read is said to be so, and why."""
    server.says(200, body)
    assert faults(partner.install) == [f"the body is not valid JSON: {reason}"]


def test_every_fault_of_a_shape_is_named(partner, server):
    """All that is missing or of another type is listed by its place in the JSON."""
    server.says(200, {"id": 1, "productId": None, "status": "ready", "secrets": [{"name": "A"}]})
    assert faults(lambda: partner.provision_resource(name="o", billing_plan_id="p")) == [
        "id: expected a string, got a number",
        "productId: expected a string, got null",
        "name: a required field is missing",
        "metadata: a required field is missing",
        "secrets[0].value: a required field is missing",
    ]


@pytest.mark.parametrize(
    ("secrets", "kind"),
    [
        ({}, "an object"),
        ({"DATABASE_URL": "hidden-1"}, "an object"),
        ("", "a string"),
        (None, "null"),
        (True, "a boolean"),
        (0.5, "a number"),
    ],
)
def test_a_list_is_nothing_else(partner, server, secrets, kind):
    """A value that can be iterated like a list is not a list, empty or not."""
    server.says(200, {**PROVISIONED, "secrets": secrets})
    provision = partial(partner.provision_resource, name="orders", billing_plan_id="pro")
    assert faults(provision) == [f"secrets: expected an array, got {kind}"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (b'"id": "\\ud83d"', "id: expected a JSON value, got a str with a lone surrogate"),
        (b'"metadata": {"size": [1e400]}', "metadata.size[0]: expected a JSON value, got inf"),
        (
            b'"secrets": [{"name": "A", "value": "\\udc00"}]',
            "secrets[0].value: expected a JSON value, got a str with a lone surrogate",
        ),
        (
            b'"metadata": {"\\udc00": 1}',
            "metadata: expected keys that are strings, got a str with a lone surrogate",
        ),
    ],
)
def test_what_json_can_not_say_is_a_fault(partner, server, emulator, change, fault):
    """A text or number that could not be written again is named, at any depth."""
    before = emulator.resources
    server.says(200, json.dumps(PROVISIONED).encode().removesuffix(b"}") + b", " + change + b"}")
    assert faults(lambda: partner.provision_resource(name="orders", billing_plan_id="pro")) == [
        fault
    ]
    assert emulator.resources == before


UNKNOWN = ", got another string"
STATUSES = '"ready", "pending", "onboarding", "suspended", "resumed", "uninstalled" or "error"'


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": ""}, "id: must not be empty"),
        ({"name": ""}, "name: must not be empty"),
        ({"id": "."}, 'id: must not be ".": in a path it would name another one'),
        ({"id": ".."}, 'id: must not be "..": in a path it would name another one'),
        (
            {"status": "running"},
            f"status: expected {STATUSES}{UNKNOWN}",
        ),
        ({"productId": "acme-redis"}, 'productId: expected "acme-postgres", which was asked for'),
        (
            {"id": Emulator.resource_id},
            "id: there is a resource of this id already, from an earlier request",
        ),
        (
            {"billingPlan": {**PLAN, "description": ""}},
            "billingPlan.description: must not be empty",
        ),
        (
            {"billingPlan": {**PLAN, "type": "free"}},
            'billingPlan.type: expected "prepayment" or "subscription"' + UNKNOWN,
        ),
        (
            {"billingPlan": {**PLAN, "scope": "team"}},
            'billingPlan.scope: expected "installation" or "resource"' + UNKNOWN,
        ),
        *(
            (
                {"billingPlan": {**PLAN, name: "5,00"}},
                (
                    f"billingPlan.{name}: expected an amount in US dollars as a decimal string, "
                    'such as "19.90"'
                ),
            )
            for name in (
                "initialCharge",
                "minimumAmount",
                "maximumAmount",
                "maximumAmountAutoPurchasePerPeriod",
            )
        ),
        (
            {"notification": {"level": "info", "title": ""}},
            "notification.title: must not be empty",
        ),
        (
            {"notification": {"level": "info", "title": "x" * 101}},
            "notification.title: longer than 100 characters",
        ),
        (
            {"notification": {"level": "fatal", "title": "x"}},
            'notification.level: expected "info", "warn" or "error"' + UNKNOWN,
        ),
        (
            {"notification": {"level": "info", "title": "x", "href": "acme.example"}},
            (
                'notification.href: expected a link: "https://…", or "sso:…" for one into your '
                "dashboard"
            ),
        ),
        ({"secrets": [{"name": "A", "value": ""}]}, "secrets[0].value: must not be empty"),
        (
            {"secrets": [{"name": "1", "value": "x"}]},
            "secrets[0].name: only letters, digits and underscores, and no digit first",
        ),
        (
            {"secrets": [{"name": "A", "value": "x"}, {"name": "A", "value": "y"}]},
            "secrets[1].name: given more than once",
        ),
    ],
)
def test_what_vercel_could_not_use_is_a_fault(partner, server, emulator, change, fault):
    """A value of the right type that makes no sense is named, and nothing is provisioned."""
    before = emulator.resources
    server.says(200, {**PROVISIONED, **change})
    assert faults(lambda: partner.provision_resource(name="orders", billing_plan_id="pro")) == [
        fault
    ]
    assert emulator.resources == before


@pytest.mark.parametrize(
    "change",
    [
        {"notification": {"level": "info", "title": "x" * 100, "href": "sso:/billing"}},
        {"billingPlan": {**PLAN, "scope": "resource", "minimumAmount": "5", "cost": "$5"}},
        {"secrets": []},
        {"protocolSettings": {"experimentation": {}}},
    ],
)
def test_what_vercel_can_use_is_fine(partner, server, change):
    """Values at the edge of what is allowed are taken."""
    server.says(200, {**PROVISIONED, **change})
    assert partner.provision_resource(name="orders", billing_plan_id="pro").id == "db_1"


@pytest.mark.parametrize(
    "call", [lambda p: p.get_resource("db_1"), lambda p: p.update_resource("db_1")]
)
def test_a_resource_is_the_one_asked_for(partner, server, call):
    """A response about another resource is a fault."""
    server.says(200, {**RESOURCE, "id": "db_2"})
    assert faults(lambda: call(partner)) == ['id: expected "db_1", which was asked for']


@pytest.mark.parametrize(
    "call", [lambda p: p.get_resource("db_1"), lambda p: p.update_resource("db_1")]
)
def test_a_resource_stays_of_its_product(provisioned, partner, server, emulator, call):
    """A response that moves a resource to another product is a fault."""
    server.says(200, {**RESOURCE, "productId": "acme-redis"})
    assert faults(lambda: call(partner)) == ["productId: expected the product that it is of"]
    assert emulator.resources["db_1"].product_id == Emulator.integration.product_id


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            {"sync": True},
            'secrets: a required field is missing: with "sync": true the new secrets go here',
        ),
        (
            {"sync": False, "secrets": [SECRET]},
            (
                'secrets: not with "sync": false; send them when they are there, by '
                "update_resource_secrets_by_id"
            ),
        ),
        (
            {
                "sync": True,
                "partial": True,
                "secrets": [{"name": "URL", "prefix": "DATABASE", "value": "x"}],
            },
            "secrets: A secret that stays has the same variable as one of these.",
        ),
    ],
)
def test_a_rotation_is_done_or_comes_later(provisioned, partner, server, body, fault):
    """A rotation that says both, or neither, is a fault."""
    server.says(200, body)
    assert faults(lambda: partner.rotate_secrets("db_1")) == [fault]


def test_plans_have_ids_of_their_own(partner, server):
    """Two plans of one id cannot be told apart."""
    server.says(200, {"plans": [PLAN, {**PLAN, "name": ""}]})
    assert faults(partner.list_plans) == [
        "plans[1].name: must not be empty",
        "plans[1].id: another one has it already",
    ]


def test_an_error_reads_well(partner, server):
    """The text of an error says what was asked, what came, and all that is wrong with it."""
    server.says(200, {"plans": [{**PLAN, "type": "free", "name": ""}]})
    assert str(error_of(partner.list_plans)) == (
        f"GET {BASE}/v1/products/acme-postgres/plans returned 200, not as Vercel "
        "expects it\n"
        '- plans[0].type: expected "prepayment" or "subscription", got another string\n'
        "- plans[0].name: must not be empty"
    )


# What the partner refuses ----------------------------------------------------------------


def test_a_refusal_has_its_code_and_message(partner, server):
    """A 4xx in the form of the partner API is an error that has no issues."""
    user = {"message": "Choose another plan", "url": "https://acme.example/plans"}
    server.says(409, {"error": {**ERROR["error"], "user": user}})
    error = error_of(partner.install)
    assert type(error) is PartnerRefusedError
    assert (error.status_code, error.code, error.message) == (409, "conflict", "Not now")
    assert (error.user_message, error.issues) == ("Choose another plan", ())


def test_a_refusal_without_words_for_the_user(partner, server):
    """What is for the customer may be left out."""
    server.says(409, ERROR)
    assert error_of(partner.install).user_message is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"detail": "Not found"}, "error: a required field is missing"),
        ({"error": "Not found"}, "error: expected an object, got a string"),
        ({"error": {"message": "x"}}, "error.code: a required field is missing"),
        ([], "expected an object, got an array"),
        (b"Not found", "the body is not valid JSON: Expecting value at character 0"),
        (
            b'{"error": {"code": "x", "message": "\\ud83d"}}',
            "error.message: expected a JSON value, got a str with a lone surrogate",
        ),
    ],
)
def test_a_refusal_of_another_form_has_issues(partner, server, body, fault):
    """A 4xx that the customer would learn nothing from says what is missing."""
    server.says(404, body)
    error = error_of(lambda: partner.get_resource("db_1"))
    assert type(error) is PartnerRefusedError
    form = 'expected {"error": {"code": "…", "message": "…"}}, so that the customer learns why'
    assert [str(issue) for issue in error.issues] == [f"{form}; {fault}"]


@pytest.mark.parametrize(("status", "call"), [(404, "was refused with"), (500, "returned")])
def test_what_a_server_says_is_quoted(partner, server, status, call):
    """A response in no form that is known begins the text of the error."""
    server.says(status, {"detail": "expiry"})
    assert f" {call} {status}" in str(error_of(partner.install))
    assert ': {"detail": "expiry"}\n' in str(error_of(partner.install))


def test_the_text_of_an_error_stays_readable(partner, server):
    """Of a long response the beginning is shown, on one line."""
    server.says(500, b"Traceback\n  in your code\n" * 1000)
    first, second = str(error_of(partner.install)).splitlines()
    assert "expects it: Traceback in your code Traceback" in first
    assert len(first) < 350
    assert second == "- expected status 200 or 201 or 204, got 500"


def test_a_refusal_may_name_fields(partner, server):
    """What the partner says of single fields is kept and shown."""
    fields = [{"key": "billingPlanId", "message": "there is no such plan"}]
    server.says(400, {"error": {**ERROR["error"], "fields": fields}})
    error = error_of(partner.install)
    assert [str(field) for field in error.fields] == ["billingPlanId: there is no such plan"]
    assert str(error).endswith("conflict: Not now; billingPlanId: there is no such plan")


@pytest.mark.parametrize("status", [401, 403])
def test_distrust_has_a_hint(partner, server, emulator, status):
    """A partner that does not trust the token is told what it was made with."""
    server.says(status, ERROR)
    assert str(error_of(partner.install)) == (
        f"PUT {BASE}/v1/installations/{emulator.installation_id} was refused with {status}: "
        "conflict: Not now\n"
        "The token was signed by this process, with the key in the emulator's jwks, for the "
        "client id oac_emulator, at 2026-01-15T12:00:00Z by the emulator's clock. "
        "Emulator(RunningClock()) goes by the real time."
    )


def test_a_clock_that_shows_the_real_time_is_not_suspected(server):
    """Who goes by the real time already is not told to."""
    server.says(401, ERROR)
    error = error_of(lambda: Emulator(RunningClock()).partner(BASE, transport=server).install())
    assert error.hint.endswith("by the emulator's clock.")


def test_keys_that_can_not_be_had_have_a_hint(partner, server):
    """A 503, the status of a server without keys, says where they are."""
    server.says(503, ERROR)
    assert "they are at its URL, in /.well-known/jwks" in str(error_of(partner.install))


@pytest.mark.parametrize("status", [409, 500])
def test_other_responses_have_no_hint(partner, server, status):
    """A conflict has nothing to do with the token, and an accident neither."""
    server.says(status, ERROR)
    assert error_of(partner.install).hint == ""


def test_a_refusal_changes_nothing(provisioned, partner, server, emulator):
    """A resource that the partner would not delete is still there."""
    server.says(409, ERROR)
    assert error_of(lambda: partner.delete_resource("db_1")).code == "conflict"
    assert "db_1" in emulator.resources


def test_no_response_is_an_error_of_its_own(emulator):
    """A server that is not there is said to be so."""

    class Nobody:
        def send(self, request):
            raise NoConnectionError("no connection: refused")

    error = error_of(lambda: emulator.partner(BASE, transport=Nobody()).install())
    assert type(error) is PartnerUnreachableError
    assert str(error) == (
        f"PUT {BASE}/v1/installations/{emulator.installation_id} had no response: no connection: "
        "refused"
    )


def test_a_transport_returns_a_response(emulator):
    """What a test's own transport returns is checked."""

    class Odd:
        def send(self, request):
            return 204

    with pytest.raises(TypeError, match="must return an HTTPResponse, got int"):
        emulator.partner(BASE, transport=Odd()).install()


# Secrets ---------------------------------------------------------------------------------


def test_an_echoed_token_is_not_shown(emulator):
    """A refusal that quotes the tokens is shown without them."""

    class Echo:
        def send(self, request):
            said = f"{request.headers['authorization']} {json.loads(request.content)}"
            content = json.dumps({"error": {"code": said, "message": said}}).encode()
            return HTTPResponse(403, headers={"x-echo": said}, content=content)

    error = error_of(emulator.partner(BASE, transport=Echo()).install)
    for text in (str(error), repr(error)):
        assert emulator.token not in text
        assert "eyJ" not in text


def test_an_echoed_secret_is_not_shown(provisioned, partner, server):
    """Nor is a secret of a resource, should a refusal quote it."""
    server.says(409, {"error": {"code": "conflict", "message": "hidden-1 is in use"}})
    error = error_of(lambda: partner.rotate_secrets("db_1"))
    assert error.message == "*** is in use"
    assert "hidden-1" not in f"{error} {error!r}"


@pytest.mark.parametrize("status", [404, 500, 503])
@pytest.mark.parametrize("form", [b"%s", b'{"said": "%s"}'], ids=["text", "JSON"])
def test_a_page_that_echoes_a_secret_is_quoted_without_it(
    provisioned, partner, server, emulator, status, form
):
    """A response in no form that is known is quoted without the secrets that the call knows."""
    for secret in ("hidden-1", emulator.token, emulator.integration.client_secret):
        server.says(status, form % f"no {secret}, sorry".encode())
        error = error_of(lambda: partner.rotate_secrets("db_1"))
        assert "no ***, sorry" in str(error)
        assert secret not in f"{error} {error!r} {error.detail}"


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_page_that_echoes_the_token_of_the_call_is_quoted_without_it(emulator, status):
    """A response in no form that is known is quoted without the token that it was asked with."""

    class Echo:
        def send(self, request):
            return HTTPResponse(status, content=request.headers["authorization"].encode())

    error = error_of(lambda: emulator.partner(BASE, transport=Echo()).install())
    assert error.detail == "Bearer ***"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {**PROVISIONED, "status": "?"}),
        (206, PROVISIONED),
        (307, PROVISIONED),
        (409, ERROR),
        (409, PROVISIONED),
        (500, PROVISIONED),
        (502, [{"resource": PROVISIONED}]),
    ],
)
def test_errors_show_no_secret(partner, server, status, body):
    """No error shows the value of a secret."""
    server.says(status, body)
    provision = partial(partner.provision_resource, name="orders", billing_plan_id="pro")
    error = error_of(provision)
    assert "hidden-1" not in f"{error!r} {error}"


def test_a_response_shows_no_secret(provisioned):
    """Nor does the repr of a resource that was provisioned."""
    assert "hidden-1" not in repr(provisioned)


def test_a_traceback_shows_no_token(partner, server, emulator):
    """What a logging tool shows of the frames of an error holds no token."""
    server.says(409, ERROR)
    for call in (partner.install, partner.check_forged_tokens_are_rejected):
        frames = traceback.walk_tb(error_of(call).__traceback__)
        shown = [repr(value) for frame, _ in frames for value in frame.f_locals.values()]
        assert len(shown) > 1
        assert not [text for text in shown if emulator.token in text or "eyJ" in text]


@pytest.mark.parametrize(("status", "body"), [(200, {}), (409, ERROR)])
def test_errors_pickle(partner, server, status, body):
    """An error goes to another process whole."""
    server.says(status, body)
    error = error_of(lambda: partner.provision_resource(name="orders", billing_plan_id="pro"))
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.issues) == (type(error), str(error), error.issues)


def test_an_unreachable_partner_pickles(emulator):
    """So does the error for a server that is not there."""

    class Nobody:
        def send(self, request):
            raise NoConnectionError("refused")

    error = error_of(lambda: emulator.partner(BASE, transport=Nobody()).install())
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# Strangers -------------------------------------------------------------------------------


class Guarded(Partner):
    """A partner that verifies tokens."""

    def __init__(self, emulator):
        super().__init__()
        self._installation = emulator.installation_id
        self._verifier = SyncTokenVerifier(
            emulator.integration.client_id,
            transport=emulator.transport(),
            clock=emulator.clock.timestamp,
        )
        self.said = []

    def send(self, request):
        try:
            self._verifier.verify_call(
                request.headers.get("authorization"),
                request.headers.get("x-vercel-auth"),
                installation_id=self._installation,
            )
        except TokenError as error:
            self.said.append(error.check)
            return HTTPResponse(401)
        return super().send(request)


def test_a_partner_that_verifies_lets_no_stranger_in(emulator):
    """All forgeries are refused by the verifier of the SDK, and what is right is not."""
    server = Guarded(emulator)
    partner = emulator.partner(BASE, transport=server)
    partner.install()
    partner.check_forged_tokens_are_rejected()


def test_forgeries_differ_in_what_is_wrong(emulator):
    """Each forgery is refused for the one thing that is wrong with it."""
    server = Guarded(emulator)
    emulator.partner(BASE, transport=server).check_forged_tokens_are_rejected()
    assert server.said == [
        "form", "form", "algorithm", "signature", "algorithm",
        "expiry", "installation", "audience", "issuer",
    ]  # fmt: skip


def test_a_partner_that_trusts_anybody_is_told(partner):
    """Every forgery that was let in is named."""
    assert faults(partner.check_forged_tokens_are_rejected) == [
        f"{what}: expected status 401 or 403, got 204"
        for what in (
            "no token",
            "a malformed token",
            "an unsigned token (alg none)",
            "claims changed after signing",
            "a token signed with the public key (alg HS256)",
            "an expired token",
            "a token for another installation",
            "a token for another integration",
            "a token from another issuer",
        )
    ]


def test_a_stranger_sends_what_was_sent_before(partner, server):
    """A forgery brings nothing that the partner does not have, should it be let in."""
    partner.install(scopes=["read"], accepted_policies={"toc": "2026-01-01T00:00:00Z"})
    with suppress(PartnerError):
        partner.check_forged_tokens_are_rejected()
    assert len({request.content for request in server.requests}) == 1


def test_strangers_find_nobody(emulator):
    """A server that is not there is no server that lets anybody in."""

    class Nobody:
        def send(self, request):
            raise NoConnectionError("refused")

    partner = emulator.partner(BASE, transport=Nobody())
    error = error_of(partner.check_forged_tokens_are_rejected)
    assert type(error) is PartnerUnreachableError


def test_a_forgery_that_brings_a_server_down_is_named(emulator):
    """A server that falls over what a stranger sends can be told over what."""

    class Fragile(Guarded):
        def send(self, request):
            if self.said:
                raise NoConnectionError("the connection broke")
            return super().send(request)

    error = error_of(
        lambda: emulator.partner(
            BASE, transport=Fragile(emulator)
        ).check_forged_tokens_are_rejected()
    )
    assert error.detail == "the connection broke (sent with a malformed token)"
