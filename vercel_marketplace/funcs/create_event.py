"""`create-event`, as a function."""

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
from vercel_marketplace.models.events import CreateEventRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

CreateEventError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_create_event` can fail with."""

OPERATION = Operation[CreateEventRequest, None, CreateEventError](
    id="create-event",
    api_page="https://vercel.com/docs/rest-api/marketplace/create-event",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/events",
    request=CreateEventRequest,
    body="request_body",
    success=201,
    errors={
        **INSTALLATION_ERRORS,
        400: "the event is malformed",
        404: "there is no such installation or resource",
    },
    idempotent=False,
)


async def marketplace_create_event(
    core: "VercelCore",
    request: CreateEventRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, CreateEventError]:
    """Tell Vercel that an installation or a resource has changed on the partner's side.

    Vercel then reads the new state with calls of its own. Retried only when it certainly was not
    processed: a second notification is harmless, but it is a second one.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the event is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation or resource |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/create-event>
    """
    return await check_core(core).call(OPERATION, request, options)
