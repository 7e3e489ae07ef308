"""Keeps what must not be shown out of texts that come from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from vercel_marketplace._internal.shapes import fields_of, is_model
from vercel_marketplace.http import HTTPRequest

# Shorter ones are no secrets, and starring them out would eat the text.
_SHORTEST = 4


def secrets_in(value: Any) -> Iterator[str]:
    """The values of all fields of a model, at any depth, that are marked as secret."""
    if isinstance(value, list | tuple):
        for item in cast("Sequence[Any]", value):
            yield from secrets_in(item)
        return
    model = cast("Any", type(value))
    if is_model(model):
        for field in fields_of(model):
            held = getattr(value, field.name)
            if field.is_secret and isinstance(held, str):
                yield held
            else:
                yield from secrets_in(held)


def secrets_of(request: object, http_request: HTTPRequest) -> Iterator[str]:
    """What of a call must not come back in a text: its secrets and its token."""
    yield from secrets_in(request)
    scheme, _, token = http_request.headers.get("authorization", "").partition(" ")
    yield token.strip() or scheme


def conceal(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret in it starred out."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, "***")
    return text
