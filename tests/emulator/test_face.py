"""What a test sees of an emulator: namespaces that are live mappings, and what `repr` shows."""

import pytest

from tests.emulator.builders import INSTALLATION, submitted
from vercel_marketplace import SyncVercel, VercelNotFoundError
from vercel_marketplace.emulator import Clock, EmulatedIntegration, Emulator, RunningClock
from vercel_marketplace.testing import set_secrets


def test_an_emulator_has_few_names():
    """What an editor offers after the dot fits on a screen."""
    names = {name for name in dir(Emulator()) if not name.startswith("_")}
    assert names == {
        *("installation_id", "token", "resource_id", "integration"),
        *("clock", "requests", "faults", "webhooks", "installations"),
        *("invoices", "resources", "received", "team", "tokens", "deployments", "console"),
        *("transport", "serve", "asgi", "partner", "reset"),
    }


def test_an_added_installation_has_the_same_names(emulator):
    """Whatever is about one installation is there for each of them, under the same name."""
    names = {name for name in dir(emulator.installations.add()) if not name.startswith("_")}
    assert names == {
        *("installation_id", "token", "resource_id"),
        *("invoices", "resources", "received", "team", "tokens", "deployments"),
        "partner",
    }


def test_a_mapping_shows_the_state_of_the_moment(emulator, marketplace):
    """Invoices that were looked at before know of those that came later."""
    invoices = emulator.invoices
    assert invoices == {}

    invoice_id = submitted(marketplace)

    assert list(invoices) == list(invoices.keys()) == [invoice_id]
    assert len(invoices) == 1
    assert dict(invoices.items()) == {invoice_id: invoices[invoice_id]} == invoices
    assert [invoice.state for invoice in invoices.values()] == ["pending"]


def test_an_iteration_is_not_disturbed(emulator):
    """Resources may be added while a test goes over those that there are."""
    for resource_id in emulator.resources:
        emulator.resources.add(f"{resource_id}_copy")

    assert len(emulator.resources) == 2


def test_what_a_mapping_does_not_have_is_a_key_error(emulator):
    """As with any dict."""
    with pytest.raises(KeyError, match="inv_9"):
        emulator.invoices["inv_9"]
    assert emulator.invoices.get("inv_9") is None


def test_all_installations_are_found_by_id(emulator):
    """The first is among them, and shows what the emulator itself does."""
    added = emulator.installations.add("icfg_2")

    assert list(emulator.installations) == [INSTALLATION, "icfg_2"]
    assert len(emulator.installations) == 2
    assert emulator.installations["icfg_2"] is added
    assert emulator.installations[INSTALLATION].invoices is emulator.invoices


def test_a_transport_for_setup_meets_no_fault(emulator):
    """What a test prepares uses up no fault, and is not in `requests`."""
    emulator.faults.fail("*")

    with SyncVercel(
        bearer_token=emulator.token, transport=emulator.transport(for_setup=True)
    ) as vercel:
        vercel.marketplace.get_account_info(integration_configuration_id=INSTALLATION)

    assert emulator.requests == []
    assert len(emulator.faults.pending) == 1


def test_rules_hold_for_a_transport_for_setup(emulator):
    """A request that Vercel would refuse is refused."""
    with (
        SyncVercel(
            bearer_token=emulator.token, transport=emulator.transport(for_setup=True)
        ) as vercel,
        pytest.raises(VercelNotFoundError),
    ):
        vercel.marketplace.get_invoice(
            integration_configuration_id=INSTALLATION, invoice_id="inv_9"
        )


def test_the_repr_says_where_things_stand(emulator):
    """A failing test shows the emulator's time, and how much came in."""
    emulator.faults.fail("*")
    emulator.installations.add("icfg_2")

    assert repr(emulator) == (
        "<Emulator of icfg_emulator, icfg_2 at 2026-01-15 12:00:00+00:00; "
        "requests: 0, pending faults: 1>"
    )
    assert repr(emulator.installations["icfg_2"]) == "<EmulatedInstallation icfg_2>"
    assert repr(emulator.installations) == "Installations(['icfg_emulator', 'icfg_2'])"
    assert repr(emulator.invoices) == "Invoices({})"


@pytest.mark.parametrize("kind", [Clock, RunningClock])
def test_a_clock_shows_its_time(kind):
    """The repr of a clock names its kind and the time on it."""
    assert repr(kind()).startswith(f"<{kind.__name__} 202")


def test_no_repr_shows_a_secret(emulator):
    """Tokens, the client secret and the secrets of resources are in none of them."""
    set_secrets(emulator, secrets={"KEY": "hidden"})
    added = emulator.installations.add()
    namespaces = [getattr(emulator, name) for name in dir(emulator) if not name.startswith("_")]
    facts = {emulator.token, emulator.installation_id, emulator.resource_id}

    shown = "".join(repr(one) for one in (emulator, added, *namespaces) if str(one) not in facts)

    for secret in ("hidden", emulator.token, added.token, EmulatedIntegration().client_secret):
        assert secret not in shown
