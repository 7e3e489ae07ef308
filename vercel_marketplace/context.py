"""`CallContext`: which call a hook or a token function is called for."""

from typing import Any, cast

from attrs import field, frozen

_make_state = cast("type[dict[Any, Any]]", dict)


@frozen
class CallContext:
    """Which call a token function or a hook is called for.

    Attributes:
        operation_id: The API's name of the operation, such as `get-invoice`.
        integration_configuration_id: The installation (`icfg_…`) that the call is for; empty
            for `exchange-sso-token`, which belongs to no installation. That one sends no
            token, so a token function always sees an installation.
        attempt: 1 for the first attempt, 2 for the first retry, and so on. A token function
            is called once for each call and sees 1.
        state: What the hooks of this call keep for each other, over all its attempts: empty
            at first, and no other call's. Use keys that no other hook uses. Not compared
            and not shown.
    """

    operation_id: str
    integration_configuration_id: str = ""
    attempt: int = 1
    state: dict[Any, Any] = field(factory=_make_state, eq=False, repr=False, kw_only=True)
