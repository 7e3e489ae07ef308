"""`update-deployment-action`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import INSTALLATION_ERRORS, Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
)
from vercel_marketplace.models.deployment_actions import UpdateDeploymentActionRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateDeploymentActionError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_update_deployment_action` can fail with."""

OPERATION = Operation[UpdateDeploymentActionRequest, None, UpdateDeploymentActionError](
    id="update-deployment-action",
    openapi_id="update-integration-deployment-action",
    tag="deployments",
    api_page="https://vercel.com/docs/rest-api/deployments/update-deployment-integration-action",
    method="PATCH",
    path=(
        "/v1/deployments/{deployment_id}/integrations/{integration_configuration_id}"
        "/resources/{resource_id}/actions/{action}"
    ),
    request=UpdateDeploymentActionRequest,
    body="request_body",
    success=202,
    errors={
        **INSTALLATION_ERRORS,
        400: "the state is malformed",
        404: "there is no such deployment, resource or action",
    },
    idempotent=True,
)


async def marketplace_update_deployment_action(
    core: "VercelCore",
    request: UpdateDeploymentActionRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateDeploymentActionError]:
    """Tell Vercel how an action of a deployment stands.

    The build waits from the webhook `deployment.integration.action.start` until the action has
    succeeded or failed. Safe to retry: the state is the same afterwards. Send one state after the
    other, never two at once.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the state is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such deployment, resource or action |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/deployments/update-deployment-integration-action>
    """
    return await check_core(core).call(OPERATION, request, options)
