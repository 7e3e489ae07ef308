"""Several installations, and the end of one."""

import json
import re

import pytest

from tests.emulator.builders import (
    BILL,
    INSTALLATION,
    WIRE,
    error_of,
    invoice,
    item,
    refund,
    send,
    submitted,
)
from tests.operations import OPERATIONS
from vercel_marketplace import (
    SyncVercel,
    VercelBadRequestError,
    VercelGoneError,
)
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import to_dict
from vercel_marketplace.tokens import SyncTokenVerifier


@pytest.fixture
def other(emulator):
    """A second installation."""
    return emulator.installations.add()


AUTHENTICATED = sorted(name for name, one in OPERATIONS.items() if one.authenticated)


@pytest.mark.parametrize("operation_id", AUTHENTICATED)
def test_a_token_opens_its_own_installation_alone(emulator, other, operation_id):
    """Each operation refuses the token of another installation, both ways, with a 403."""
    operation = OPERATIONS[operation_id]
    _, _, body = WIRE.get(operation_id, (None, None, b""))
    for mine, token in (
        (emulator.installation_id, other.token),
        (other.installation_id, emulator.token),
    ):
        path = operation.path.replace("{integration_configuration_id}", mine)

        response = send(emulator, operation.method, path, body, token=token)

        assert response.status_code == 403


def test_each_installation_has_books_of_its_own(emulator, other):
    """A client with a token for each reaches both, and nothing of one is in the other."""
    tokens = {emulator.installation_id: emulator.token, other.installation_id: other.token}
    asked = []

    def token_for(call):
        asked.append(call.integration_configuration_id)
        return tokens[call.integration_configuration_id]

    with SyncVercel(bearer_token=token_for, transport=emulator.transport()) as vercel:
        ids = [
            vercel.marketplace.submit_invoice(
                integration_configuration_id=installation_id,
                request_body=invoice(external_id="bill-1"),
            ).invoice_id
            for installation_id in tokens
        ]

    assert asked == list(tokens)
    assert len(set(ids)) == 2
    assert [ids[0] in emulator.invoices, ids[1] in other.invoices] == [True, True]
    assert (list(emulator.invoices), list(other.invoices)) == (ids[:1], ids[1:])


@pytest.fixture
def billed(emulator, other):
    """The other installation, with an invoice."""
    path = f"/v1/installations/{other.installation_id}/billing/invoices"
    send(emulator, "POST", path, BILL, token=other.token)
    return other


def test_the_customer_of_any_installation_can_pay(billed):
    """Each installation has what its customer does with invoices."""
    (invoice_id,) = billed.invoices
    billed.invoices.pay(invoice_id)

    assert billed.invoices[invoice_id].state == "paid"


def test_a_customer_does_not_pay_for_another_team(emulator, billed):
    """An invoice of another installation is unknown."""
    (invoice_id,) = billed.invoices
    with pytest.raises(LookupError, match=f"no invoice '{invoice_id}'"):
        emulator.invoices.pay(invoice_id)


def test_an_installation_brings_its_own(emulator, other):
    """It has a member, a resource and an account of its own, in what the API says."""
    path = f"/v1/installations/{other.installation_id}"
    member = send(emulator, "GET", f"{path}/member/{other.team.admin_id}", token=other.token)
    put = send(
        emulator,
        "PUT",
        f"{path}/products/{emulator.integration.product_id}/resources/{other.resource_id}/secrets",
        {"secrets": [{"name": "A", "value": "v"}]},
        token=other.token,
    )

    assert (member.status_code, put.status_code) == (200, 201)
    assert other.resources.environment_variables(other.resource_id) == {"A": "v"}
    assert emulator.resources.secrets == {emulator.resource_id: []}
    ids = {one.resource_id for one in (emulator, other)}
    ids |= {one.team.admin_id for one in (emulator, other)}
    assert len(ids) == 4


def test_an_installation_may_have_a_name_and_an_account(emulator):
    """The id and the account are those given."""
    account = m.Account(url="https://vercel.com/umbrella", contact=None)
    umbrella = emulator.installations.add("icfg_umbrella", account=account)

    response = send(
        emulator, "GET", "/v1/installations/icfg_umbrella/account", token=umbrella.token
    )

    assert json.loads(response.content) == {"url": "https://vercel.com/umbrella", "contact": None}


def test_an_installation_is_added_once(emulator):
    """An id that is taken is a mistake of the test that uses it."""
    with pytest.raises(ValueError, match="already"):
        emulator.installations.add(INSTALLATION)


def test_a_made_up_id_is_none_that_was_given(emulator):
    """Ids that are made up pass over those that are taken; nothing of two is the same."""
    taken = Emulator().installations.add().installation_id
    given = emulator.installations.add(taken)
    more = [emulator.installations.add() for _ in range(2)]

    every = [emulator, given, *more]
    assert len({one.installation_id for one in every}) == 4
    assert len({one.token for one in every}) == len({one.resource_id for one in every}) == 4


def test_ids_have_the_form_of_vercels(emulator, other):
    """Those of all that is added, as Vercel's documentation prints them."""
    deployment = other.deployments.start_action("branch").deployment_id
    body = json.dumps(to_dict(invoice())).encode()
    path = f"/v1/installations/{other.installation_id}"
    billed = send(emulator, "POST", f"{path}/billing/invoices", body, token=other.token)
    listed = send(emulator, "GET", f"{path}/resources", token=other.token)
    claims = SyncTokenVerifier(
        emulator.integration.client_id,
        transport=emulator.transport(),
        clock=emulator.clock.timestamp,
    ).verify_call(
        f"Bearer {other.tokens.user_token()}", "user", installation_id=other.installation_id
    )
    made_up = {
        "icfg_[0-9A-Za-z]{24}": other.installation_id,
        "[0-9a-f]{24}": other.team.admin_id,
        "dpl_[0-9A-Za-z]{28}": deployment,
        "inv_[0-9a-f]{24}": json.loads(billed.content)["invoiceId"],
        "store_[0-9A-Za-z]{16}": json.loads(listed.content)["resources"][0]["internalId"],
        "account:[0-9a-f]{24}:user:[0-9a-f]{24}": claims.sub,
    }
    assert [form for form, text in made_up.items() if not re.fullmatch(form, text)] == []
    assert claims.sub.endswith(claims.user_id)


def test_made_up_ids_are_the_same_each_time():
    """Two emulators in which the same happens have the same ids."""
    first, second = (Emulator().installations.add() for _ in range(2))
    assert first.installation_id == second.installation_id
    assert first.team.admin_id == second.team.admin_id
    started = [one.deployments.start_action("branch").deployment_id for one in (first, second)]
    assert started[0] == started[1]
    assert first.deployments.start_action("branch").deployment_id != started[0]


def test_no_token_of_an_installation_is_shown(emulator, other):
    """What shows an installation does not show its token."""
    assert other.token not in repr((other, emulator.installations, emulator._store.state))


# The end ------------------------------------------------------------------------------


@pytest.fixture
def leaving(emulator, marketplace):
    """An installation with an invoice, which its team has removed."""
    submitted(marketplace)
    emulator.team.uninstall()


@pytest.fixture
def settled(emulator, leaving):
    """The same, once the customer has paid."""
    emulator.invoices.pay("inv_1")


@pytest.mark.usefixtures("leaving")
def test_a_final_invoice_may_follow(emulator, marketplace):
    """For 24 hours after the removal a final invoice is taken, and others before the last."""
    emulator.clock.advance(hours=23, minutes=59)

    first, last = (
        submitted(marketplace, items=[item(plan=plan)], final=True) for plan in ("usage", "fee")
    )

    assert list(emulator.invoices) == ["inv_1", first, last]


@pytest.mark.usefixtures("leaving")
@pytest.mark.parametrize("final", [None, False])
def test_only_final_invoices_follow(marketplace, final):
    """An invoice that is not final is a 400 once the installation was removed."""
    with pytest.raises(VercelBadRequestError, match="`final`: only final invoices after"):
        submitted(marketplace, items=[item(plan="usage")], final=final)


def test_no_invoice_is_final_before(emulator, marketplace):
    """While the product is installed a final invoice is a 400."""
    with pytest.raises(VercelBadRequestError, match="`final`: no final invoice before"):
        submitted(marketplace, final=True)

    assert emulator.invoices == {}


@pytest.mark.usefixtures("leaving")
def test_the_token_is_good_until_the_end(emulator, marketplace):
    """Within the 24 hours invoices can be read and refunded, and the rest works as well."""
    assert marketplace.get_account_info().name == "Acme"
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("1"))

    assert emulator.invoices["inv_1"].state == "refund_requested"


def requests_of_all(emulator):
    """A request for each operation that has a token."""
    for operation_id in AUTHENTICATED:
        operation = OPERATIONS[operation_id]
        path = operation.path.replace("{integration_configuration_id}", emulator.installation_id)
        yield operation.method, path


@pytest.mark.usefixtures("settled")
def test_after_a_day_the_installation_is_gone(emulator):
    """24 hours after the removal every operation is a 410, with the installation's own token."""
    emulator.clock.advance(hours=24)

    for method, path in requests_of_all(emulator):
        assert send(emulator, method, path).status_code == 410


@pytest.mark.usefixtures("settled")
def test_a_stranger_is_not_told_that_it_is_gone(emulator, other):
    """Another token is a 403 as before, and the other installation is as it was."""
    emulator.clock.advance(hours=24)

    path = f"/v1/installations/{other.installation_id}/account"
    assert error_of(send(emulator, "GET", "/account", token=other.token))[0] == 403
    assert send(emulator, "GET", path, token=other.token).status_code == 200


@pytest.mark.usefixtures("settled")
def test_gone_is_what_the_sdk_says(emulator, marketplace):
    """A client gets a `VercelGoneError`."""
    emulator.clock.advance(hours=24)

    with pytest.raises(VercelGoneError):
        marketplace.get_account_info()


@pytest.mark.usefixtures("leaving")
def test_what_is_owed_can_still_be_paid(emulator):
    """The customer's invoices outlive the 24 hours."""
    emulator.clock.advance(days=30)
    assert emulator.invoices["inv_1"].state == "overdue"

    emulator.invoices.pay("inv_1")

    assert emulator.invoices["inv_1"].state == "paid"


@pytest.mark.usefixtures("leaving")
def test_an_installation_lives_until_its_invoices_are_settled(emulator, marketplace):
    """As long as an invoice is owed, and until its refund is complete, the token is good."""
    emulator.clock.advance(days=30)
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("36.00"))
    assert marketplace.get_account_info().name == "Acme"

    emulator.invoices.complete_refund("inv_1")
    with pytest.raises(VercelGoneError):
        marketplace.get_account_info()


@pytest.mark.usefixtures("leaving")
def test_no_invoice_follows_the_end(emulator, marketplace):
    """After the 24 hours a final invoice is a 400, though the token is still good."""
    emulator.clock.advance(hours=24)

    with pytest.raises(VercelBadRequestError, match="no more invoices may come"):
        submitted(marketplace, items=[item(plan="usage")], final=True)


def test_an_invoice_starts_the_24_hours_anew(emulator, marketplace):
    """They begin again with each invoice that is submitted in them."""
    emulator.team.uninstall()
    for plan in ("usage", "fee"):
        emulator.clock.advance(hours=23)
        emulator.invoices.pay(submitted(marketplace, items=[item(plan=plan)], final=True))

    emulator.clock.advance(hours=23)
    assert marketplace.get_account_info().name == "Acme"
    emulator.clock.advance(hours=1)
    with pytest.raises(VercelGoneError):
        marketplace.get_account_info()


@pytest.mark.usefixtures("leaving")
def test_finalization_waits_for_what_is_owed(emulator, marketplace):
    """It is accepted, ends the invoices, and the installation once the customer has paid."""
    marketplace.finalize_installation()

    assert marketplace.get_invoice(invoice_id="inv_1").state == "pending"
    with pytest.raises(VercelBadRequestError, match="no more invoices may come"):
        submitted(marketplace, items=[item(plan="usage")], final=True)
    emulator.invoices.pay("inv_1")
    assert error_of(send(emulator, "GET", "/account"))[:2] == (410, "gone")


@pytest.mark.parametrize(
    "changes",
    [{"items": [item("0.49")]}, {"test": m.InvoiceTest(result="overdue")}],
    ids=["not charged", "test"],
)
def test_nothing_waits_for_what_is_never_paid(emulator, marketplace, changes):
    """An invoice of less than 0.50 keeps no installation alive, nor does one of a test."""
    submitted(marketplace, **changes)
    emulator.team.uninstall()
    marketplace.finalize_installation()

    with pytest.raises(VercelGoneError):
        marketplace.get_account_info()


def test_a_product_is_removed_once(emulator):
    """A second removal is a mistake of the test that does it."""
    emulator.team.uninstall()

    with pytest.raises(ValueError, match="removed already"):
        emulator.team.uninstall()


@pytest.mark.usefixtures("settled")
def test_a_finalized_installation_is_gone_at_once(emulator, marketplace):
    """After the partner's last word no call succeeds, although the 24 hours are not over."""
    marketplace.finalize_installation()

    assert error_of(send(emulator, "GET", "/account"))[:2] == (410, "gone")


def test_only_what_was_removed_is_finalized(emulator, marketplace):
    """An installation that is in use is not finalized: a 400, and its token stays good."""
    with pytest.raises(VercelBadRequestError, match="the installation is not being removed"):
        marketplace.finalize_installation()

    assert emulator.tokens.access_tokens == [emulator.token]
    assert marketplace.get_account_info().name == "Acme"


# What the partner says of it -----------------------------------------------------------

NOTICE = m.Notification(level="warn", title="Almost full", href="sso:usage")
PLAN = m.BillingPlan(id="pro", type="subscription", name="Pro")


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({}, {}),
        ({"status": "suspended"}, {"status": "suspended"}),
        ({"external_id": "acme-2"}, {"external_id": "acme-2"}),
        ({"billing_plan": PLAN}, {"billing_plan": PLAN}),
        ({"notification": None}, {"notification": None}),
        ({"notification": "any string"}, {"notification": None}),
    ],
)
def test_an_installation_is_changed_where_it_is_told(emulator, marketplace, change, after):
    """What is given is changed and the rest stays; null, or a string, clears the notification."""
    before = {"status": "ready", "external_id": "acme-1", "notification": NOTICE}
    for given in (before, change):
        marketplace.update_installation(request_body=m.UpdateInstallationRequestBody(**given))

    assert emulator.received.installation_update == m.UpdateInstallationRequestBody(
        **before | after
    )


def test_nothing_was_said_of_a_new_installation(other):
    """A new installation has neither state nor notification."""
    assert other.received.installation_update == m.UpdateInstallationRequestBody(notification=None)
