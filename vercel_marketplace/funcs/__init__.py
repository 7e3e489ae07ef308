"""The operations, a module each: `marketplace_<operation>.marketplace_<operation>`.

Import the one you need; it brings in no other.
"""

from typing import TypeAlias

from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    InvalidRequestError,
    RequestAbortedError,
    RequestTimeoutError,
    ResponseValidationError,
    SDKError,
    SDKValidationError,
    UnexpectedClientError,
)

CallError: TypeAlias = (
    SDKError
    | ResponseValidationError
    | SDKValidationError
    | ConnectionError
    | RequestTimeoutError
    | RequestAbortedError
    | InvalidRequestError
    | UnexpectedClientError
)
"""What every call can fail with, beside what its operation documents."""
