"""Keeps secrets out of texts that come from elsewhere.

A response may echo a secret in any spelling: percent-encoded, in JSON, in HTML, or several of them
one inside the other. So it is the text that is unescaped, level by level, and at each level the
secrets are looked for. Each character of a level remembers which part of the original text it
stands for, and that part is what is replaced.
"""

import html
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote

from vercel_marketplace._internal.describe import is_secret_header
from vercel_marketplace._internal.schema import fields_of, is_model, is_sequence
from vercel_marketplace.http import HTTPRequest

_MASK: Final = "***"
_MAX_LEVELS: Final = 8
_MAX_TEXT_CHARS: Final = 65_536

# Shorter ones may be part of any word: they are replaced only where they stand as a value.
_MIN_SECRET_CHARS: Final = 4
_AS_VALUE: Final = (
    r"""(?<=["'`=(\[<>]){0}(?=["'`)\]<>&,;.!?\s]|\Z)|(?<=:\s){0}(?=[,;.!?]|\Z)|\A{0}\Z"""
)

_ESCAPE: Final = re.compile(
    r"(?P<percent>%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+)"
    r"|(?P<decimal>&#[0-9]{1,7};)|(?P<entity>&[A-Za-z][0-9A-Za-z]{1,31};)"
    r"|(?P<pair>\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|(?P<hex>\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\U[0-9A-Fa-f]{8}|&#[xX][0-9A-Fa-f]{1,6};)"
    r"|(?P<letter>\\[\"'\\/bfnrt])"
)
_LETTERS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_IN_SEVERAL_FORMS: Final = re.compile(r"[+]|[^\x00-\x7f]")


def secret_values(value: Any) -> Iterator[str]:
    """Find the values of all fields of a model, at any depth, that are marked as secret."""
    if is_sequence(value):
        for item in value:
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
    """Find what of a call must not come back in a text: its secrets, its token and its query."""
    yield from secret_values(request)
    scheme, _, token = http_request.headers.get("authorization", "").partition(" ")
    yield token.strip() or scheme
    for name, value in http_request.headers.items():
        if name != "authorization" and is_secret_header(name):
            yield value
    # Operations have no query, so this is that of the server's URL: a gateway's key, as a rule.
    for parameter in http_request.url.partition("?")[2].split("&"):
        name, _, value = parameter.partition("=")
        yield value or name


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace every secret in a text, also where it is escaped, and make the text printable.

    A secret is also found without the white space around it, and each of its lines on its own. A
    long text is cut.
    """
    return Redactor(secrets).redact(text)


class Redactor:
    """Redacts the same secrets in many texts, as `redact` does.

    Args:
        secrets: The secrets.
        mask: What they are replaced by.
    """

    def __init__(self, secrets: Iterable[str], *, mask: str = _MASK) -> None:
        self._short: set[str] = set()
        self._by_start: dict[str, set[str]] = {}  # of any number the few that a text may have
        for needle in (needle for secret in secrets for needle in _needles(secret)):
            start = needle[:_MIN_SECRET_CHARS]
            is_short = len(needle) < _MIN_SECRET_CHARS
            (self._short if is_short else self._by_start.setdefault(start, set())).add(needle)
        self._mask = mask

    def may_find(self, text: str) -> bool:
        """Return whether a text may hold a secret; if it does not, `redact` leaves it alone."""
        return any(self._needles_in(level.text) for level in _levels(text))

    def redact(self, text: str) -> str:
        """Return a text with a mask in place of every secret."""
        cut = text[:_MAX_TEXT_CHARS]
        # Beyond the cut, too: it may go through a secret.
        levels = _levels(text[: 2 * _MAX_TEXT_CHARS])
        found = (span for level in levels for span in _find(level, self._needles_in(level.text)))
        pieces: list[str] = []
        end = 0
        for start, stop in sorted(found):
            if start >= len(cut):
                break
            if start > end or not pieces:
                pieces += [cut[end:start], self._mask]
            end = max(end, stop)
        return _make_printable("".join([*pieces, cut[end:]]))

    def _needles_in(self, text: str) -> set[str]:
        found = {needle for needle in self._short if needle in text}
        for index in range(len(text) - _MIN_SECRET_CHARS + 1):
            for needle in self._by_start.get(text[index : index + _MIN_SECRET_CHARS], ()):
                if text.startswith(needle, index):
                    found.add(needle)
        return found


def _make_printable(text: str) -> str:
    """Escape lone surrogates, which no output can express."""
    return text.encode(errors="backslashreplace").decode()


def _needles(secret: str) -> Iterator[str]:
    """Return the texts that a secret may come as, once a text is unescaped."""
    whole = secret.strip()
    if len(whole) < _MIN_SECRET_CHARS:
        yield from filter(None, [whole])
        return
    for part in (whole, *map(str.strip, whole.splitlines())):
        for level in _levels(part):
            if len(level.text) >= _MIN_SECRET_CHARS:
                yield level.text


def _find(level: "_Level", needles: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find the parts of the original text that stand for a secret."""
    for needle in needles:
        pattern = re.escape(needle)
        if len(needle) < _MIN_SECRET_CHARS:
            pattern = _AS_VALUE.format(pattern)
        for match in re.finditer(f"(?=({pattern}))", level.text):  # they may overlap
            start, stop = match.span(1)
            yield level.spans[start][0], level.spans[stop - 1][1]


# Levels ------------------------------------------------------------------------------


class _Level(NamedTuple):
    """A text with some of its escapes undone.

    Attributes:
        text: The text.
        spans: For each character, the part of the original text that it stands for.
    """

    text: str
    spans: list[tuple[int, int]]


def _levels(text: str) -> Iterator[_Level]:
    """Undo one level of escapes after the other, each in a form to compare."""
    level = _Level(text, [(start, start + 1) for start in range(len(text))])
    for _ in range(_MAX_LEVELS):
        yield _replace(level, _IN_SEVERAL_FORMS, _normalize)
        inner = _replace(level, _ESCAPE, _unescape)
        if inner.text == level.text:
            return
        level = inner


def _replace(
    level: _Level, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]
) -> _Level:
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    end = 0
    for match in pattern.finditer(level.text):
        start, stop = match.span()
        text = replacement(match)
        texts += [level.text[end:start], text]
        spans += level.spans[end:start]
        spans += [(level.spans[start][0], level.spans[stop - 1][1])] * len(text)
        end = stop
    return _Level("".join([*texts, level.text[end:]]), [*spans, *level.spans[end:]])


def _normalize(match: re.Match[str]) -> str:
    """Write what has several forms in one: a space in a form, a letter with its accent."""
    return " " if match[0] == "+" else unicodedata.normalize("NFD", match[0])


def _unescape(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "percent":
            return unquote(text)
        case "entity":
            return html.unescape(text)
        case "decimal":
            return chr(min(int(text[2:-1]), sys.maxunicode))
        case "hex":
            return chr(min(int(text.strip("\\&#uUxX;"), base=16), sys.maxunicode))
        case "pair":
            units = [int(text[2:6], 16), int(text[8:], 16)]
            return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")
        case _:
            return _LETTERS.get(text[1], text[1])
