"""`CallContext`: which call a hook or a token function is called for."""

from attrs import frozen


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
    """

    operation_id: str
    integration_configuration_id: str = ""
    attempt: int = 1
