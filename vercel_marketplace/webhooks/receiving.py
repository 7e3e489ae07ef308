"""The whole way: signature, JSON, event."""

from collections.abc import Sequence
from typing import TypeAlias

from vercel_marketplace.result import Err, Result
from vercel_marketplace.webhooks.errors import InvalidEventError, InvalidJSONError
from vercel_marketplace.webhooks.events import WebhookEvent
from vercel_marketplace.webhooks.parsing import parse, why
from vercel_marketplace.webhooks.reading import read_event
from vercel_marketplace.webhooks.signing import VerifySignatureError, try_verify_signature

ParseEventError: TypeAlias = VerifySignatureError | InvalidJSONError | InvalidEventError
"""What reading an event can fail with."""


def parse_event(body: bytes, signature: str | None, secret: str | Sequence[str]) -> WebhookEvent:
    """Verify a body and read the event in it.

    Args:
        body: The raw body, byte for byte as it came.
        signature: The header `x-vercel-signature`, `None` where there is none.
        secret: The integration's client secret; several while you rotate it.

    Returns:
        The event, of its type's class; an `UnknownEvent` where it has none, or does not fit it.

    Raises:
        WebhookSignatureError: It does not come from Vercel: answer 401.
        WebhookBodyError: It does, but cannot be read: answer 400, and Vercel tries again.
        TypeError: An argument is of another type.
        ValueError: There is no secret, or an empty one.
    """
    return try_parse_event(body, signature, secret).unwrap()


def try_parse_event(
    body: bytes, signature: str | None, secret: str | Sequence[str]
) -> Result[WebhookEvent, ParseEventError]:
    """`parse_event`, with what it comes to as a value.

    Args:
        body: The raw body, byte for byte as it came.
        signature: The header `x-vercel-signature`, `None` where there is none.
        secret: The integration's client secret; several while you rotate it.

    Returns:
        `Ok` with the event, or `Err` with one of:

        | error | when |
        | --- | --- |
        | `MissingSignatureError` | there is no signature |
        | `MalformedSignatureError` | it is not the 40 hexadecimal digits of an HMAC-SHA1 |
        | `SignatureMismatchError` | it is not this body's, with none of the secrets |
        | `InvalidJSONError` | the body is not JSON, or not safe to read |
        | `InvalidEventError` | it lacks what every event has |

    Raises:
        TypeError: An argument is of another type: a mistake in your code, not in what came.
        ValueError: There is no secret, or an empty one.
    """
    verified = try_verify_signature(body, signature, secret)
    if verified.ok is False:
        return verified
    try:
        parsed = parse(body)
    except (ValueError, RecursionError) as error:
        # Made anew rather than raised from it: that one holds the body.
        return Err(InvalidJSONError(f"the body cannot be read: {why(error)}"))
    return read_event(parsed)
