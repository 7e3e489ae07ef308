"""The body of a refusal, as Vercel reads it."""

from collections.abc import Sequence

from attrs import frozen


@frozen(kw_only=True)
class PartnerErrorUser:
    """What the customer is shown."""

    message: str | None = None
    """The message."""
    url: str | None = None
    """Where the customer can do something about it."""


@frozen(kw_only=True)
class PartnerErrorField:
    """What is wrong with one field of the request."""

    key: str
    """The field, by its name in JSON."""
    message: str | None = None
    """What is wrong with it."""


@frozen(kw_only=True)
class PartnerErrorDetail:
    """Why a request was refused."""

    code: str
    """The error's code, such as `"validation_error"` or `"conflict"`."""
    message: str
    """What is wrong, for Vercel."""
    user: PartnerErrorUser | None = None
    """What the customer is shown."""
    fields: Sequence[PartnerErrorField] | None = None
    """What is wrong with single fields."""


@frozen(kw_only=True)
class PartnerErrorBody:
    """The body of a refusal."""

    error: PartnerErrorDetail
    """The error."""
