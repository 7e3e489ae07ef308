"""The Python SDK for the Vercel Marketplace API.

```python
from vercel_marketplace import Vercel

async with Vercel(bearer_token=token) as vercel:
    invoice = await vercel.marketplace.get_invoice(
        integration_configuration_id="icfg_1", invoice_id="inv_1"
    )
```

`SyncVercel` is the same for scripts, without an event loop; the functions in
`vercel_marketplace.funcs` return a `Result` instead of raising. Importing this package loads
none of it: each name is imported when it is first used.
"""

from typing import TYPE_CHECKING, Final

from vercel_marketplace._internal.lazy import lazy
from vercel_marketplace.version import __version__

if TYPE_CHECKING:
    from vercel_marketplace._internal.blocking import block_on
    from vercel_marketplace.client import Marketplace, Vercel
    from vercel_marketplace.context import CallContext
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.errors import (
        HTTPClientError,
        InvalidRequestError,
        RequestAbortedError,
        RequestTimeoutError,
        ResponseValidationError,
        SDKError,
        SDKValidationError,
        UnexpectedClientError,
        VercelBadRequestError,
        VercelConflictError,
        VercelError,
        VercelForbiddenError,
        VercelGoneError,
        VercelNotFoundError,
        VercelPreconditionFailedError,
        VercelRateLimitError,
        VercelServerError,
        VercelUnauthorizedError,
        VercelUnprocessableError,
    )
    from vercel_marketplace.hooks import Hooks
    from vercel_marketplace.http import (
        AsyncHTTPClient,
        Headers,
        HTTPRequest,
        HTTPResponse,
        SyncHTTPClient,
        Transport,
    )
    from vercel_marketplace.options import (
        BackoffStrategy,
        RequestOptions,
        RetryConfig,
    )
    from vercel_marketplace.result import Err, Ok, Result, UnwrapError
    from vercel_marketplace.sync_client import SyncMarketplace, SyncVercel

# `vercel_marketplace.errors.ConnectionError` is not here: a star import would shadow the
# builtin of that name.
__all__ = [
    "AsyncHTTPClient",
    "BackoffStrategy",
    "CallContext",
    "Err",
    "HTTPClientError",
    "HTTPRequest",
    "HTTPResponse",
    "Headers",
    "Hooks",
    "InvalidRequestError",
    "Marketplace",
    "Ok",
    "RequestAbortedError",
    "RequestOptions",
    "RequestTimeoutError",
    "ResponseValidationError",
    "Result",
    "RetryConfig",
    "SDKError",
    "SDKValidationError",
    "SyncHTTPClient",
    "SyncMarketplace",
    "SyncVercel",
    "Transport",
    "UnexpectedClientError",
    "UnwrapError",
    "Vercel",
    "VercelBadRequestError",
    "VercelConflictError",
    "VercelCore",
    "VercelError",
    "VercelForbiddenError",
    "VercelGoneError",
    "VercelNotFoundError",
    "VercelPreconditionFailedError",
    "VercelRateLimitError",
    "VercelServerError",
    "VercelUnauthorizedError",
    "VercelUnprocessableError",
    "__version__",
    "block_on",
]

_ELSEWHERE: Final = {
    "AsyncHTTPClient": "http",
    "SyncHTTPClient": "http",
    "BackoffStrategy": "options",
    "CallContext": "context",
    "Err": "result",
    "HTTPRequest": "http",
    "HTTPResponse": "http",
    "Headers": "http",
    "Hooks": "hooks",
    "Marketplace": "client",
    "Ok": "result",
    "RequestOptions": "options",
    "Result": "result",
    "RetryConfig": "options",
    "SyncMarketplace": "sync_client",
    "SyncVercel": "sync_client",
    "Transport": "http",
    "UnwrapError": "result",
    "Vercel": "client",
    "VercelCore": "core",
    "block_on": "_internal.blocking",
}

if not TYPE_CHECKING:
    __getattr__ = lazy(
        globals(),
        {
            name: f"{__name__}.{_ELSEWHERE.get(name, 'errors')}"
            for name in __all__
            if name != "__version__"
        },
    )


def __dir__() -> list[str]:
    return __all__
