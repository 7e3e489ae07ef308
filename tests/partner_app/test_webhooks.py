"""What Vercel tells, and what others pretend that it told."""

import attrs
import pytest

from vercel_marketplace.testing import signed_webhook


def invoice_event(acme, what, external_id, **more):
    """An event of the invoice with this id, as Vercel signs it."""
    payload = {
        "configuration": {"id": acme.vercel.installation_id},
        "installationId": acme.vercel.installation_id,
        "invoiceId": "inv_1",
        "externalInvoiceId": external_id,
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-02-01T00:00:00.000Z"},
        "invoiceDate": "2026-02-01T00:00:00.000Z",
        "invoiceTotal": "19.80",
    }
    return signed_webhook(acme.vercel, f"marketplace.invoice.{what}", payload | more)


def test_a_forged_webhook_changes_nothing(february, january):
    """The signature is for the bytes that came with it: no invoice counts as paid."""
    webhook = invoice_event(february, "paid", january)
    changed = attrs.evolve(webhook, content=webhook.content.replace(b"19.80", b"00.01"))

    assert february.post(changed) == 401
    assert february.invoice(january).state == "created"


def test_the_books_follow_an_invoice(february, january):
    """Created, not paid, overdue, paid, refunded: the newest counts."""
    vercel, states = february.vercel, [february.invoice(january).state]
    (invoice_id,) = vercel.invoices

    for step in (
        lambda: vercel.invoices.decline_payment(invoice_id),
        lambda: vercel.clock.advance(days=16),
        lambda: vercel.invoices.pay(invoice_id),
        lambda: february.refund(january, "1.00"),
        lambda: vercel.invoices.complete_refund(invoice_id),
    ):
        step()
        vercel.clock.advance(seconds=1)
        assert set(february.deliver()) <= {204}
        states.append(february.invoice(january).state)

    assert states == ["created", "notpaid", "overdue", "paid", "paid", "refunded"]


def test_an_event_counts_once(february, january):
    """One that comes again changes nothing, though something else happened since."""
    paid = invoice_event(february, "paid", january)
    assert february.post(paid) == 204
    february.rows("UPDATE payments SET state = 'changed since'")

    assert february.post(paid) == 204
    assert february.invoice(january).state == "changed since"


def test_a_crash_does_no_work_twice(february, january, crash):
    """A process that ends before it has responded has done the work of the event."""
    paid = invoice_event(february, "paid", january)

    def post():
        status = february.post(paid)
        february.rows("UPDATE payments SET state = state || '!'")
        return status

    assert crash(post) == (204, 204)
    assert february.invoice(january).state == "paid!!"


def test_an_event_that_comes_late_changes_nothing(february, january):
    """An invoice that was paid stays so when an earlier failure is told of at last."""
    earlier = invoice_event(february, "notpaid", january)
    february.vercel.clock.advance(hours=1)
    later = invoice_event(february, "paid", january)

    assert [february.post(later), february.post(earlier)] == [204, 204]
    assert february.invoice(january).state == "paid"


def test_an_invoice_is_created_before_anything_else(february, january):
    """Of two events of one moment, in the wrong order, the one that says more stays."""
    paid = invoice_event(february, "paid", january)
    created = invoice_event(february, "created", january)

    assert [february.post(paid), february.post(created)] == [204, 204]
    assert february.invoice(january).state == "paid"


def test_work_that_fails_is_done_when_the_event_comes_again(february, january, monkeypatch):
    """An event counts as seen only together with its work."""
    from partner_app.storage import ledger

    paid = invoice_event(february, "paid", january)
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "note_state", lambda *_, **__: 1 / 0)
        assert february.post(paid) == 500

    assert february.post(paid) == 204
    assert february.invoice(january).state == "paid"


@pytest.mark.parametrize("external_id", ["unknown", None])
def test_an_invoice_that_nobody_knows_is_acknowledged(february, january, external_id):
    """An event of it is a 204, or Vercel would go on for a day; and no other invoice changes."""
    assert february.post(invoice_event(february, "paid", external_id)) == 204
    assert february.invoice(january).state == "created"


def test_an_invoice_of_another_installation_is_not_touched(february, january):
    """The id alone is not enough: the installation has to be the invoice's."""
    before = february.invoice(january)
    another = {"installationId": "icfg_2", "configuration": {"id": "icfg_2"}, "invoiceId": "inv_9"}

    assert february.post(invoice_event(february, "paid", january, **another)) == 204
    assert february.invoice(january) == before


def test_connected_projects_are_shown(acme, database):
    """A project is there from when it is connected until it is disconnected."""

    def projects():
        acme.deliver()
        return acme.http.get("/").json()["resources"][0]["projects"]

    acme.http.get(acme.sso_path())
    acme.vercel.resources.add(database["id"])
    acme.vercel.team.connect_project("prj_1", resource_id=database["id"])
    assert projects() == ["prj_1"]
    acme.vercel.team.disconnect_project("prj_1", resource_id=database["id"])
    assert projects() == []


def test_a_project_of_another_teams_database_is_not_noted(acme, database):
    """An event connects nothing to a resource that is not the installation's."""
    another = acme.vercel.installations.add()
    acme.install(another)
    another.resources.add(database["id"])
    another.team.connect_project("prj_1", resource_id=database["id"])

    assert acme.deliver() == [204]
    assert acme.rows("SELECT * FROM project_links") == []


def test_a_removal_ends_everything(acme, database):
    """The webhook of the removal does what DELETE does."""
    acme.vercel.team.uninstall()

    assert acme.deliver() == [204]
    assert acme.call("GET", f"/resources/{database['id']}", system=True).status_code == 404
    assert acme.rows("SELECT COUNT(*) FROM runs WHERE ended_at IS NULL") == [(0,)]


def test_the_removal_of_an_unknown_installation_is_acknowledged(stranger):
    """There is nothing to remove, and nothing to retry."""
    stranger.vercel.team.uninstall()

    assert stranger.deliver() == [204]


def test_an_event_of_an_unforeseen_form_is_logged(acme, caplog):
    """A payload that lacks a field is accepted, and somebody hears of it."""
    webhook = signed_webhook(acme.vercel, "marketplace.invoice.paid", {"invoiceId": "i_1"})

    assert acme.post(webhook) == 204
    assert "marketplace.invoice.paid has an unexpected form" in caplog.text


def test_an_event_of_tomorrow_is_acknowledged(acme):
    """A type that nobody knows yet is a 204."""
    assert acme.post(signed_webhook(acme.vercel, "marketplace.moon.landed", {})) == 204
