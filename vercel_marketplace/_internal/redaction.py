"""Keeps what must not be shown out of texts that come from elsewhere."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast
from urllib.parse import quote

from vercel_marketplace._internal.schema import fields_of, is_model
from vercel_marketplace.http import HTTPRequest

_SAFE_IN_JAVASCRIPT = "!*'()"  # what encodeURIComponent leaves alone, beside what `quote` does
_PERCENT = re.compile("%[0-9A-F]{2}")

# Shorter ones are no secrets, and starring them out would eat the text.
_SHORTEST = 4


def secret_values(value: Any) -> Iterator[str]:
    """The values of all fields of a model, at any depth, that are marked as secret."""
    if isinstance(value, list | tuple):
        for item in cast("Sequence[Any]", value):
            yield from secret_values(item)
        return
    model = cast("Any", type(value))
    if is_model(model):
        for field in fields_of(model):
            held = getattr(value, field.name)
            if field.is_secret and isinstance(held, str):
                yield held
            else:
                yield from secret_values(held)


def call_secrets(request: object, http_request: HTTPRequest) -> Iterator[str]:
    """What of a call must not come back in a text: its secrets and its token."""
    yield from secret_values(request)
    scheme, _, token = http_request.headers.get("authorization", "").partition(" ")
    yield token.strip() or scheme


def conceal(text: str, secrets: Iterable[str]) -> str:
    """Return the text with every secret in it starred out, also where it is escaped.

    All forms of all secrets are found in the text as it came, and what is starred out of
    occurrences that overlap is their union: the tail of a secret that another one is the
    beginning of does not stay.
    """
    forms = {
        form
        for secret in secrets
        if len(secret) >= _SHORTEST
        for form in (secret, *_escaped(secret))
    }
    parts: list[str] = []
    end_of_last = 0
    for start, end in sorted(span for form in forms for span in _find_all(form, text)):
        if start >= end_of_last:
            parts += (text[end_of_last:start], "***")
        end_of_last = max(end_of_last, end)
    return "".join((*parts, text[end_of_last:]))


def _find_all(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where each occurrence starts and ends; they may overlap."""
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _escaped(secret: str) -> Iterator[str]:
    """A secret as JSON, URLs, forms and HTML write it."""
    import html  # noqa: PLC0415 (brings all entities of HTML, and is for errors alone)

    for ascii_only in (True, False):
        in_json = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield from (in_json, in_json.replace("/", r"\/"))
    for safe in ("/", "", _SAFE_IN_JAVASCRIPT):
        in_url = quote(secret, safe=safe, errors="replace")
        yield from (
            form
            for url in (in_url, in_url.replace("%20", "+"))
            for form in (url, _PERCENT.sub(_lower, url))
        )
    yield from (html.escape(secret), html.escape(secret, quote=False))


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()
