"""The signature: hexadecimal HMAC-SHA1 of the raw body, keyed with the client secret."""

import hmac
import re
from collections.abc import Sequence
from hmac import compare_digest
from typing import Final, TypeAlias, cast

from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.webhooks.errors import (
    MalformedSignatureError,
    MissingSignatureError,
    SignatureMismatchError,
)

SIGNATURE_HEADER: Final = "x-vercel-signature"
"""The header that carries the signature."""

VerifySignatureError: TypeAlias = (
    MissingSignatureError | MalformedSignatureError | SignatureMismatchError
)
"""The errors of `try_verify_signature`."""

# Not `bytes.fromhex` alone, which skips spaces, nor `\d`, which has the digits of all scripts.
_SHA1_IN_HEX = re.compile(r"[0-9a-fA-F]{40}")


def sign(body: bytes, secret: str) -> str:
    """Sign a body as Vercel does, for the tests of your endpoint.

    Args:
        body: The raw body.
        secret: The integration's client secret.

    Returns:
        The value of the header `x-vercel-signature`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: The secret is empty or has outer white space.
    """
    _check_body(body)
    (key,) = _keys_of([secret])
    return _digest(key, body).hex()


def verify_signature(body: bytes, signature: str | None, secret: str | Sequence[str]) -> None:
    """Check that a body comes from Vercel.

    Args:
        body: The raw body, byte for byte as received.
        signature: The header `x-vercel-signature`; `None` if it is missing. The case of its
            digits does not matter.
        secret: The integration's client secret; a list of secrets while you rotate it.

    Raises:
        WebhookSignatureError: It does not: respond with 401. The class says why.
        TypeError: An argument has the wrong type.
        ValueError: There is no secret, or one that is empty or has outer white space.
    """
    result = try_verify_signature(body, signature, secret)
    del secret  # a traceback remembers it
    result.unwrap()


def try_verify_signature(
    body: bytes, signature: str | None, secret: str | Sequence[str]
) -> Result[None, VerifySignatureError]:
    """Do the same as `verify_signature`, and return a `Result`.

    Args:
        body: The raw body, byte for byte as received.
        signature: The header `x-vercel-signature`; `None` if it is missing.
        secret: The integration's client secret; a list of secrets while you rotate it.

    Returns:
        `Ok(None)`, or `Err` with one of:

        | error | when |
        | --- | --- |
        | `MissingSignatureError` | there is no signature |
        | `MalformedSignatureError` | it is not 40 hexadecimal digits |
        | `SignatureMismatchError` | it does not match the body with any of the secrets |

    Raises:
        TypeError: An argument has the wrong type: a mistake in your code, not in the webhook.
        ValueError: There is no secret, or one that is empty or has outer white space.
    """
    _check_body(body)
    keys = _keys_of(secret)
    if signature is not None and not isinstance(signature, str):
        msg = f"signature must be a string or None, got {type(signature).__name__}"
        raise TypeError(msg)
    if not signature:
        return Err(MissingSignatureError(f"there is no {SIGNATURE_HEADER} header"))
    if _SHA1_IN_HEX.fullmatch(signature) is None:
        message = "the signature is not 40 hexadecimal digits"
        if signature.strip().lower().startswith("sha1="):
            message += '; it has a prefix "sha1=", which Vercel does not send'
        return Err(MalformedSignatureError(message))
    given = bytes.fromhex(signature)
    # Every secret is tried: the time taken does not tell which of them it was.
    matches = [compare_digest(_digest(key, body), given) for key in keys]
    if any(matches):
        return Ok(None)
    return Err(
        SignatureMismatchError("the signature does not match the body with any of the secrets")
    )


def _digest(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha1")


def _check_body(body: object) -> None:
    if not isinstance(body, bytes):
        msg = f"body must be the raw bytes of the request, got {type(body).__name__}"
        raise TypeError(msg)


def _keys_of(secret: object) -> list[bytes]:
    secrets = [secret] if isinstance(secret, str) else secret
    if not isinstance(secrets, Sequence):
        msg = f"secret must be a string or a list of strings, got {type(secret).__name__}"
        raise TypeError(msg)
    keys = [_key_of(one) for one in cast("Sequence[object]", secrets)]
    if not keys:
        msg = "secret must have at least one string"
        raise ValueError(msg)
    return keys


def _key_of(secret: object) -> bytes:
    if not isinstance(secret, str):
        msg = f"secret must be a string or a list of strings, got one of {type(secret).__name__}"
        raise TypeError(msg)
    if not secret.strip():
        msg = "secret must not be empty"
        raise ValueError(msg)
    if secret != secret.strip():
        # A file or a variable often ends in a line break: every signature would be refused.
        msg = "secret begins or ends with white space (a line break?)"
        raise ValueError(msg)
    # Strictly, it would fail on a lone surrogate, and that error holds the secret.
    return secret.encode(errors="surrogatepass")
