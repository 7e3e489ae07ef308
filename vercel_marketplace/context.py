"""Which call a hook or a token provider is asked about."""

from attrs import frozen


@frozen
class CallContext:
    """Which call a token provider or a hook is asked about.

    Attributes:
        operation_id: The API's name of the operation, such as `get-invoice`.
        integration_configuration_id: The installation (`icfg_…`) the call is for; `None`
            for `exchange-sso-token`, which belongs to none.
        attempt: 1 for the first try, 2 for the first repetition, and so on. A token
            provider is asked once a call and sees 1.
    """

    operation_id: str
    integration_configuration_id: str | None = None
    attempt: int = 1
