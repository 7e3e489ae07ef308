"""What type checkers read off the emulator and its namespaces; never run."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, assert_type

from vercel_marketplace import HTTPRequest, Transport
from vercel_marketplace.emulator import (
    Clock,
    EmulatedInstallation,
    EmulatedIntegration,
    Emulator,
    RunningClock,
)
from vercel_marketplace.models import (
    Account,
    Balance,
    ExperimentationItem,
    GlobalConfig,
    ImportResourceRequestBody,
    InstallationUpdatedEvent,
    Invoice,
    ResourceUpdatedEvent,
    Secret,
    SubmitBillingDataRequestBody,
    UpdateInstallationRequestBody,
)


def marketplace(emulator: Emulator) -> None:
    """Ids are text, requests are the SDK's own, and a clock is whichever was given."""
    Emulator(RunningClock())
    assert_type(emulator.clock, Clock)
    assert_type(emulator.requests, list[HTTPRequest])
    assert_type(emulator.integration, EmulatedIntegration)
    assert_type(emulator.integration.client_secret, str)
    assert_type(emulator.transport(), Transport)
    assert_type(emulator.transport(for_setup=True), Transport)
    assert_type(emulator.serve(port=8787), AbstractContextManager[str])
    assert_type(
        emulator.serve(allowed_hosts={"emulator"}, max_logged_requests=9, max_logged_bytes=9),
        AbstractContextManager[str],
    )
    emulator.asgi.with_settings(allowed_hosts=["emulator"]).with_settings()
    emulator.faults.set_rate_limit(total=None)
    emulator.faults.fail("get-invoice", installation_id="icfg_2")
    emulator.faults.clear()
    emulator.webhooks.send_due()
    Emulator(datetime.now())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] # noqa: DTZ005 (a moment is not a clock)


def installations(emulator: Emulator, account: Account) -> None:
    """Installations are found by id, and each has the namespaces of the first."""
    added = emulator.installations.add("icfg_2", account=account)
    assert_type(added, EmulatedInstallation)
    assert_type(emulator.installations["icfg_2"], EmulatedInstallation)
    assert_type([one.token for one in emulator.installations.values()], list[str])
    for one in (emulator, added):
        texts = (one.installation_id, one.token, one.resource_id, one.team.admin_id)
        assert_type(texts, tuple[str, str, str, str])
        one.team.add_member("usr_2", role="BILLING", email="a@b.example", global_user_id="u")
        one.team.uninstall()
        assert_type(one.tokens.access_tokens, list[str])
        assert_type(one.tokens.issue_sso_code(state="a", code="b"), str)
        assert_type(one.tokens.jwks, dict[str, Any])
        assert_type(one.tokens.import_url("https://a.example"), str)
        assert_type(one.tokens.oauth_url("https://a.example", source="external"), str)
        one.deployments.cancel("dpl_1")
        one.deployments.delete("dpl_1")
        assert_type(one.deployments.environment_variables("dpl_1", "preview"), dict[str, str])
        assert_type(one.resources.complete_import("https://vercel.com"), str)


def invoices(emulator: Emulator) -> None:
    """Invoices are a mapping of the SDK's own models, which cannot be written to."""
    assert_type(emulator.invoices["inv_1"], Invoice)
    assert_type(emulator.invoices.get("inv_1"), Invoice | None)
    emulator.invoices.schedule("inv_1", emulator.clock.now())
    emulator.invoices.pay("inv_1")
    emulator.invoices.decline_payment("inv_1")
    emulator.invoices.complete_refund("inv_1")
    del emulator.invoices["inv_1"]  # type: ignore[attr-defined] # pyright: ignore[reportIndexIssue] # ty: ignore[not-subscriptable] (it is only to look at)


def resources(emulator: Emulator) -> None:
    """What belongs to a resource is found by its id."""
    emulator.resources.add("db_2", product_id="acme-redis")
    emulator.resources.set_global_config_sync("db_2", enabled=False)
    assert_type(emulator.resources["db_2"], ImportResourceRequestBody)
    assert_type(emulator.resources.secrets["db_2"], list[Secret])
    assert_type(emulator.resources.environment_variables("db_2", "preview"), dict[str, str])
    emulator.resources.environment_variables("db_2", project_id="prj_1")
    emulator.team.connect_project("prj_1", resource_id="db_2", prefix="DB")
    assert_type(emulator.resources.experimentation_items["db_2"], list[ExperimentationItem])
    assert_type(emulator.resources.global_configs["db_2"], GlobalConfig)
    emulator.resources.environment_variables("db_2", "staging")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (no such environment)


def received(emulator: Emulator) -> None:
    """What the partner sent is in the SDK's own models."""
    assert_type(emulator.received.billing_data, list[SubmitBillingDataRequestBody])
    assert_type(emulator.received.balances, list[Balance])
    assert_type(emulator.received.events, list[InstallationUpdatedEvent | ResourceUpdatedEvent])
    assert_type(emulator.received.installation_update, UpdateInstallationRequestBody)
