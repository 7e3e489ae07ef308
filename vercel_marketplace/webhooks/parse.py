"""`parse_event`: check the signature, parse the JSON, read the event."""

from collections.abc import Sequence
from typing import TypeAlias

from vercel_marketplace._internal.json import explain, parse
from vercel_marketplace.result import Err, Result
from vercel_marketplace.webhooks._decode import decode_event
from vercel_marketplace.webhooks.errors import InvalidEventError, InvalidJSONError
from vercel_marketplace.webhooks.events import WebhookEvent
from vercel_marketplace.webhooks.signature import VerifySignatureError, try_verify_signature

ParseEventError: TypeAlias = VerifySignatureError | InvalidJSONError | InvalidEventError
"""The errors of `try_parse_event`."""


def parse_event(body: bytes, signature: str | None, secret: str | Sequence[str]) -> WebhookEvent:
    """Verify the body of a webhook and return the event in it.

    Args:
        body: The raw body, byte for byte as received.
        signature: The header `x-vercel-signature`; `None` if it is missing.
        secret: The integration's client secret; a list of secrets while you rotate it.

    Returns:
        The event, an instance of its type's class; an `UnknownEvent` where the type has none, or
        the payload does not fit it.

    Raises:
        WebhookSignatureError: It does not come from Vercel: respond with 401.
        WebhookBodyError: It does, but cannot be read: respond with 400, and Vercel retries.
        TypeError: An argument has the wrong type.
        ValueError: There is no secret, or one that is empty or has outer white space.
    """
    result = try_parse_event(body, signature, secret)
    del secret  # a traceback remembers it
    return result.unwrap()


def try_parse_event(
    body: bytes, signature: str | None, secret: str | Sequence[str]
) -> Result[WebhookEvent, ParseEventError]:
    """Do the same as `parse_event`, and return a `Result`.

    Args:
        body: The raw body, byte for byte as received.
        signature: The header `x-vercel-signature`; `None` if it is missing.
        secret: The integration's client secret; a list of secrets while you rotate it.

    Returns:
        `Ok` with the event, or `Err` with one of:

        | error | when |
        | --- | --- |
        | `MissingSignatureError` | there is no signature |
        | `MalformedSignatureError` | it is not 40 hexadecimal digits |
        | `SignatureMismatchError` | it does not match the body with any of the secrets |
        | `InvalidJSONError` | the body is not JSON, or not safe to read |
        | `InvalidEventError` | it lacks what every event has |

    Raises:
        TypeError: An argument has the wrong type: a mistake in your code, not in the webhook.
        ValueError: There is no secret, or one that is empty or has outer white space.
    """
    verified = try_verify_signature(body, signature, secret)
    if isinstance(verified, Err):
        return verified
    try:
        parsed = parse(body, bom=True, unique_keys=True, decimals=True)
    except (ValueError, RecursionError) as error:
        # A new error, not raised from this one: it holds the body.
        return Err(InvalidJSONError(f"the body cannot be read: {explain(error)}"))
    return decode_event(parsed)
