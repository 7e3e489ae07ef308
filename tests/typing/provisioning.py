"""What type checkers read off installations, resources and experimentation; never run."""

from collections.abc import Mapping, Sequence
from typing import Literal, assert_type

from vercel_marketplace import Result, SyncVercel, Vercel, VercelCore
from vercel_marketplace import models as m
from vercel_marketplace.funcs import (
    CreateExperimentationItemsError,
    DeleteExperimentationItemError,
    DeleteIntegrationResourceError,
    FinalizeInstallationError,
    GetGlobalConfigError,
    GetIntegrationResourceError,
    GetIntegrationResourcesError,
    HeadGlobalConfigError,
    ImportResourceError,
    ReplaceGlobalConfigError,
    RevokeInstallationCredentialError,
    RotateInstallationCredentialError,
    SubmitPrepaymentBalancesError,
    UpdateExperimentationItemError,
    UpdateInstallationError,
    UpdateResourceError,
    marketplace_create_experimentation_items,
    marketplace_delete_experimentation_item,
    marketplace_delete_integration_resource,
    marketplace_finalize_installation,
    marketplace_get_global_config,
    marketplace_get_integration_resource,
    marketplace_get_integration_resources,
    marketplace_head_global_config,
    marketplace_import_resource,
    marketplace_replace_global_config,
    marketplace_revoke_installation_credential,
    marketplace_rotate_installation_credential,
    marketplace_submit_prepayment_balances,
    marketplace_update_experimentation_item,
    marketplace_update_installation,
    marketplace_update_resource,
)

# Functions ---------------------------------------------------------------------------


async def installations(
    core: VercelCore,
    update_installation: m.UpdateInstallationRequest,
    rotate_installation_credential: m.RotateInstallationCredentialRequest,
    revoke_installation_credential: m.RevokeInstallationCredentialRequest,
    finalize_installation: m.FinalizeInstallationRequest,
) -> None:
    """Each function gives the `Result` of its operation."""
    assert_type(
        await marketplace_update_installation(core, update_installation),
        Result[None, UpdateInstallationError],
    )
    assert_type(
        await marketplace_rotate_installation_credential(core, rotate_installation_credential),
        Result[m.RotatedCredential, RotateInstallationCredentialError],
    )
    assert_type(
        await marketplace_revoke_installation_credential(core, revoke_installation_credential),
        Result[m.RevokedCredential, RevokeInstallationCredentialError],
    )
    assert_type(
        await marketplace_finalize_installation(core, finalize_installation),
        Result[None, FinalizeInstallationError],
    )


async def resources(
    core: VercelCore,
    get_integration_resources: m.GetIntegrationResourcesRequest,
    get_integration_resource: m.GetIntegrationResourceRequest,
    delete_integration_resource: m.DeleteIntegrationResourceRequest,
    import_resource: m.ImportResourceRequest,
    update_resource: m.UpdateResourceRequest,
    submit_prepayment_balances: m.SubmitPrepaymentBalancesRequest,
) -> None:
    """The same of resources and balances."""
    assert_type(
        await marketplace_get_integration_resources(core, get_integration_resources),
        Result[m.ResourceList, GetIntegrationResourcesError],
    )
    assert_type(
        await marketplace_get_integration_resource(core, get_integration_resource),
        Result[m.Resource, GetIntegrationResourceError],
    )
    assert_type(
        await marketplace_delete_integration_resource(core, delete_integration_resource),
        Result[None, DeleteIntegrationResourceError],
    )
    assert_type(
        await marketplace_import_resource(core, import_resource),
        Result[m.ImportedResource, ImportResourceError],
    )
    assert_type(
        await marketplace_update_resource(core, update_resource),
        Result[m.UpdatedResource, UpdateResourceError],
    )
    assert_type(
        await marketplace_submit_prepayment_balances(core, submit_prepayment_balances),
        Result[None, SubmitPrepaymentBalancesError],
    )


async def experimentation(
    core: VercelCore,
    create_experimentation_items: m.CreateExperimentationItemsRequest,
    update_experimentation_item: m.UpdateExperimentationItemRequest,
    delete_experimentation_item: m.DeleteExperimentationItemRequest,
    get_global_config: m.GetGlobalConfigRequest,
    head_global_config: m.HeadGlobalConfigRequest,
    replace_global_config: m.ReplaceGlobalConfigRequest,
) -> None:
    """The same of experimentation; a 304 is a success without a value."""
    assert_type(
        await marketplace_create_experimentation_items(core, create_experimentation_items),
        Result[None, CreateExperimentationItemsError],
    )
    assert_type(
        await marketplace_update_experimentation_item(core, update_experimentation_item),
        Result[None, UpdateExperimentationItemError],
    )
    assert_type(
        await marketplace_delete_experimentation_item(core, delete_experimentation_item),
        Result[None, DeleteExperimentationItemError],
    )
    assert_type(
        await marketplace_get_global_config(core, get_global_config),
        Result[m.GetGlobalConfigResponseBody | None, GetGlobalConfigError],
    )
    assert_type(
        await marketplace_head_global_config(core, head_global_config),
        Result[None, HeadGlobalConfigError],
    )
    assert_type(
        await marketplace_replace_global_config(core, replace_global_config),
        Result[m.ReplaceGlobalConfigResponseBody, ReplaceGlobalConfigError],
    )


# Methods -----------------------------------------------------------------------------


async def methods(vercel: Vercel, resource: m.ImportResourceRequestBody) -> None:
    """The async methods give the value itself, and their bodies may be left out."""
    api = vercel.marketplace
    icfg = "icfg_1"
    assert_type(await api.update_installation(integration_configuration_id=icfg), None)
    assert_type(
        await api.get_integration_resources(integration_configuration_id=icfg),
        m.ResourceList,
    )
    assert_type(
        await api.import_resource(
            integration_configuration_id=icfg, resource_id="db_1", request_body=resource
        ),
        m.ImportedResource,
    )
    assert_type(
        await api.get_global_config(integration_configuration_id=icfg, resource_id="db_1"),
        m.GetGlobalConfigResponseBody | None,
    )
    assert_type(
        await api.head_global_config(integration_configuration_id=icfg, resource_id="db_1"), None
    )


def blocking(vercel: SyncVercel, credential: m.RotateInstallationCredentialRequestBody) -> None:
    """The blocking methods give the same without `await`."""
    api = vercel.marketplace
    icfg = "icfg_1"
    answer = api.rotate_installation_credential(
        integration_configuration_id=icfg, request_body=credential
    )
    assert_type(answer, m.RotatedCredential)
    assert_type(answer.expires_in, float)
    config = api.get_global_config(integration_configuration_id=icfg, resource_id="db_1")
    if config is not None:
        assert_type(config, m.GlobalConfig)
        assert_type(config.items, dict[str, m.JSONValue])
        assert_type(config.updated_at, int)


# Models ------------------------------------------------------------------------------


def unset_narrows(body: m.UpdateResourceRequestBody) -> None:
    """`UNSET`, null, text and notification are told apart, by `is` and by truth."""
    notification = body.notification
    assert_type(notification, m.Notification | str | m.Unset | None)
    if notification is m.UNSET:
        assert_type(notification, Literal[m.Unset.UNSET])
    elif notification is None:
        assert_type(notification, None)
    else:
        assert_type(notification, m.Notification | str)
    m.UpdateInstallationRequestBody(notification=m.UNSET)
    m.UpdateInstallationRequestBody(notification=None)
    m.UpdateInstallationRequestBody(notification=m.Notification(level="info", title="t"))


def truth_narrows(notification: m.Notification | m.Unset | None) -> None:
    """What is true is neither null nor left out."""
    if notification:
        assert_type(notification, m.Notification)  # ty: ignore[assert-type-unspellable-subtype] (a subclass may be false)


def both_forms_of_secrets(secrets: tuple[m.Secret, ...]) -> None:
    """A change accepts a list, or the body of the secrets operation."""
    body = m.UpdateResourceRequestBody(secrets=secrets)
    assert_type(body.secrets, Sequence[m.Secret] | m.UpdateResourceSecretsRequestBody | None)
    partly = m.UpdateResourceSecretsRequestBody(secrets=secrets, partial=True)
    m.UpdateResourceRequestBody(secrets=partly)
    m.ImportResourceRequestBody(product_id="p", name="n", status="ready", secrets=secrets)


def any_json_goes_in(texts: dict[str, str], lists: dict[str, list[int]]) -> None:
    """A plain dict of one kind of value is JSON, and so is a nested one."""
    m.ReplaceGlobalConfigRequestBody(data=texts)
    m.ReplaceGlobalConfigRequestBody(data=lists)
    body = m.ReplaceGlobalConfigRequestBody(data={"a": [1, "b", None, {"c": (True, 0.5)}]})
    assert_type(body.data, Mapping[str, m.JSONValue])
    m.UpdateResourceRequestBody(metadata={"region": "iad1"}, extras={"nested": {"a": []}})


def one_id(listed: m.ResourceSummary, fetched: m.Resource) -> tuple[str, str]:
    """The partner's id has one name on both."""
    assert_type(listed.resource_id, str)
    assert_type(listed.metadata, dict[str, m.JSONValue] | None)
    status: str | None = fetched.status
    assert status
    return listed.resource_id, fetched.resource_id


def whole_numbers(balance: m.Balance, item: m.ExperimentationItem) -> None:
    """Cents and milliseconds have no parts."""
    assert_type(balance.currency_value_in_cents, int)
    assert_type(item.created_at, int | None)


def enums(
    status: m.ResourceStatus, level: m.NotificationLevel, category: m.ExperimentationCategory
) -> tuple[str, str]:
    """The known members are types of their own."""
    assert_type(category, Literal["experiment", "flag"])
    same: m.InstallationStatus = status
    return same, level
