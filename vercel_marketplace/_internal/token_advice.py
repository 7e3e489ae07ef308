"""What to do about an exception that a token function raised."""

from typing import Final

PROVIDER: Final = "bearer_token: "
_NO_ROW = (
    "nothing was found: is there a token stored for CallContext.integration_configuration_id? "
    "See __cause__"
)
_SYNC_ORM = (
    "it calls blocking code in an event loop: make the function async and await the async methods "
    "of your ORM, or use SyncVercel. See __cause__"
)
# By the names of their classes, for no ORM is imported here: Django's, SQLAlchemy's, peewee's.
_ADVICE = {
    "SynchronousOnlyOperation": _SYNC_ORM,
    "ObjectDoesNotExist": _NO_ROW,
    "NoResultFound": _NO_ROW,
    "DoesNotExist": _NO_ROW,
    "LookupError": _NO_ROW,
}


def advice_on(error: Exception) -> str:
    """Say what to do about an exception that a token function raised."""
    for base in type(error).__mro__:
        if base.__name__ in _ADVICE:
            return _ADVICE[base.__name__]
    return "see __cause__"
