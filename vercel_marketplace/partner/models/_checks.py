"""What the partner API requires of a value beyond its type.

Each function yields the issues of one kind. A value may be of any type: what is not of the
field's own is reported elsewhere.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from vercel_marketplace._internal.json import format_key, is_number
from vercel_marketplace._internal.schema import is_object, is_sequence
from vercel_marketplace._internal.validation import DOT_SEGMENTS
from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import AMOUNT
from vercel_marketplace.models.common import Notification, Secret

LINK: Final = re.compile(r"https?://|sso:")
"""The beginning of a notification's link."""

_MAX_TITLE_CHARS: Final = 100
# What Vercel accepts as the name of an environment variable.
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_VARIABLES: Final = re.compile("[- ]")


def find_empty(model: Any, *names: str) -> Iterator[Issue]:
    """Yield the fields of a model that hold an empty string."""
    return (Issue(name, "must not be empty") for name in names if getattr(model, name) == "")


def find_dot_segment(path: str, value: object) -> Iterator[Issue]:
    """Yield an id that could not be in a URL's path."""
    if isinstance(value, str) and value in DOT_SEGMENTS:
        yield Issue(path, f'must not be "{value}": in a path it would name another one')


def find_invalid_amounts(model: Any, *names: str) -> Iterator[Issue]:
    """Yield the fields of a model that hold no amount of money."""
    for name in names:
        amount = getattr(model, name)
        if isinstance(amount, str) and not AMOUNT.fullmatch(amount):
            message = 'expected an amount in US dollars as a decimal string, such as "19.90"'
            yield Issue(name, message)


def find_notification_issues(notification: object) -> Iterator[Issue]:
    """Yield what a customer could not be shown, or could not follow."""
    if not isinstance(notification, Notification):
        return
    title: object = notification.title
    href: object = notification.href
    yield from _below("notification", find_empty(notification, "title"))
    if isinstance(title, str) and len(title) > _MAX_TITLE_CHARS:
        yield Issue("notification.title", f"longer than {_MAX_TITLE_CHARS} characters")
    if isinstance(href, str) and not LINK.match(href):
        message = 'expected a link: "https://…", or "sso:…" for one into your dashboard'
        yield Issue("notification.href", message)


def find_metadata_issues(metadata: object) -> Iterator[Issue]:
    """Yield the values that the form of a product cannot hold."""
    if not is_object(metadata):
        return
    for name, value in metadata.items():
        if not _is_metadata_value(value):
            message = "expected a string, a number, a boolean, or a list of strings or of numbers"
            yield Issue(f"metadata[{format_key(name)}]", message)


def _is_metadata_value(value: object) -> bool:
    if is_sequence(value):
        return all(isinstance(one, str) for one in value) or all(map(is_number, value))
    return isinstance(value, str | bool) or is_number(value)


def find_secret_issues(secrets: object) -> Iterator[Issue]:
    """Yield what the environment of a project cannot hold: a name or value that is not valid."""
    yield from find_name_issues(secrets, "secrets")
    for index, secret in enumerate(secrets if is_sequence(secrets) else ()):
        if isinstance(secret, Secret):
            yield from _below(f"secrets[{index}]", find_empty(secret, "value"))


def find_name_issues(secrets: object, at: str) -> Iterator[Issue]:
    """Yield what an environment cannot hold: an invalid name, or the same name twice.

    Args:
        secrets: The secrets.
        at: The property that they are in.
    """
    names: set[str] = set()
    variables: set[str] = set()
    for index, secret in enumerate(secrets if is_sequence(secrets) else ()):
        if not isinstance(secret, Secret) or not _is_text(secret):
            continue
        path, variable = f"{at}[{index}].name", variable_of(secret)
        if not _VARIABLE.fullmatch(variable):
            yield Issue(path, "only letters, digits and underscores, and no digit first")
        if secret.name in names or variable in variables:
            yield Issue(path, "given more than once")
        names.add(secret.name)
        variables.add(variable)


def _is_text(secret: Secret) -> bool:
    name: object = secret.name
    prefix: object = secret.prefix
    return isinstance(name, str) and isinstance(prefix, str | None)


def variable_of(secret: Secret) -> str:
    """Return the environment variable of a secret: its name with its prefix, if it has one."""
    return add_prefix(secret.prefix, secret.name)


def add_prefix(prefix: str | None, name: str) -> str:
    """Return the prefix, an underscore unless the prefix ends in one, and the name.

    Vercel replaces hyphens and spaces in a prefix by underscores, and prefixes no name that has
    the prefix already.
    """
    if not prefix:
        return name
    start = f"{_NOT_IN_VARIABLES.sub('_', prefix).removesuffix('_')}_"
    return name if name.startswith(start) else f"{start}{name}"


def find_duplicates(path: str, values: Sequence[object]) -> Iterator[Issue]:
    """Yield the values that an earlier one of the list equals.

    Args:
        path: The path of a value, with `{}` for its index.
        values: The values.
    """
    known: list[object] = []
    for index, value in enumerate(values):
        if value in known:
            yield Issue(path.format(index), "another one has it already")
        known.append(value)


def _below(path: str, issues: Iterable[Issue]) -> Iterator[Issue]:
    return (Issue(f"{path}.{issue.path}", issue.message) for issue in issues)
