"""What a method of `Partner` raises to refuse a request.

```
PartnerAPIError
├── InvalidFieldsError   400  a value cannot be accepted; `fields` says which
├── UnauthorizedError    401  the token is not to be trusted
├── ForbiddenError       403  the caller may not do this
├── NotFoundError        404  there is no such installation, resource or product
├── ConflictError        409  not in the present state, such as while an invoice is open
├── UnprocessableError   422  understood, and cannot be done
└── UnavailableError     503  not now; the same request may succeed later
```

Raise them before anything is changed: a retry with the same `Idempotency-Key` is carried out
again. `message` is for Vercel's logs, `user_message` for the customer in the dashboard. All of
them pickle.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

__all__ = [
    "ConflictError",
    "ForbiddenError",
    "InvalidFieldsError",
    "NotFoundError",
    "PartnerAPIError",
    "UnauthorizedError",
    "UnavailableError",
    "UnprocessableError",
]

_NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


class PartnerAPIError(Exception):
    """A request that is refused; the subclasses say why.

    Such as `ConflictError("an invoice is open", user_message="Please pay the last invoice.")`.

    Attributes:
        status_code: The HTTP status.
        code: The error's code; Vercel documents `validation_error` and `conflict`.
        message: What is wrong, for Vercel.
        user_message: What the customer is shown in the dashboard.
        user_url: Where the customer can do something about it.
        fields: Messages about single fields of the request, by their names in its JSON.
    """

    status_code: ClassVar[int] = 500
    code: str = "internal_server_error"

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        user_url: str | None = None,
        fields: Mapping[str, str] = _NO_FIELDS,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.user_message = user_message
        self.user_url = user_url
        self.fields: Mapping[str, str] = dict(fields)
        self.code = code or self.code


class InvalidFieldsError(PartnerAPIError):
    """400: a value cannot be accepted.

    Such as `InvalidFieldsError("no such plan", fields={"billingPlanId": "is not a plan of ours"})`.
    """

    status_code: ClassVar[int] = 400
    code: str = "validation_error"


class UnauthorizedError(PartnerAPIError):
    """401: the token is not to be trusted."""

    status_code: ClassVar[int] = 401
    code: str = "unauthorized"


class ForbiddenError(PartnerAPIError):
    """403: the caller may not do this."""

    status_code: ClassVar[int] = 403
    code: str = "forbidden"


class NotFoundError(PartnerAPIError):
    """404: there is no such installation, resource or product."""

    status_code: ClassVar[int] = 404
    code: str = "not_found"


class ConflictError(PartnerAPIError):
    """409: not possible in the present state. To a deletion, Vercel keeps the installation."""

    status_code: ClassVar[int] = 409
    code: str = "conflict"


class UnprocessableError(PartnerAPIError):
    """422: understood, and cannot be done."""

    status_code: ClassVar[int] = 422
    code: str = "unprocessable_entity"


class UnavailableError(PartnerAPIError):
    """503: not now; the same request may succeed later."""

    status_code: ClassVar[int] = 503
    code: str = "service_unavailable"
