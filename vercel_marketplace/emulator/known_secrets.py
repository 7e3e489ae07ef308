"""The secrets that an emulator knows, which nothing that it shows or logs may hold."""

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, Final, cast

from vercel_marketplace._internal.json import is_deeper, parse
from vercel_marketplace._internal.redaction import Redactor, secret_values
from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.responses import to_json
from vercel_marketplace.emulator.integration import Integration
from vercel_marketplace.emulator.state import Installation, State

MASKED: Final = "…"
"""What stands in place of a secret."""

MAX_DEPTH: Final = 100
"""Levels of JSON that anybody reads."""

# Whatever its value: a signed token, and what the emulator itself has issued at any time.
_ISSUED: Final = re.compile(
    r"\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bemulator-(?:access|oauth|refresh|rotated|sso)-(?:code|token)[\w-]*"
)

# What is secret in the bodies that either side sends, whatever the case of the name.
_NAMES: Final = frozenset(
    {*("accesstoken", "clientsecret", "idtoken", "refreshtoken", "token"), "environmentoverrides"}
)
# Also the value of something that is not a secret, such as a detail of a plan.
_VALUE: Final = "value"
_SECRETS: Final = "secrets"


def is_secret_name(name: str) -> bool:
    """Return whether what has this name in a body is not to be shown."""
    return _plain(name) in _NAMES or _plain(name) == _VALUE


def find_named_secrets(content: bytes | None) -> Iterator[str]:
    """Yield the secrets in a body, which its names tell.

    Args:
        content: The body; there are none unless it is JSON.
    """
    try:
        parsed = parse(content or b"null", bom=True)
    except (ValueError, RecursionError):
        return
    if not is_deeper([parsed], MAX_DEPTH):
        yield from _find_named(parsed, is_secret=False, in_secrets=False)


def printable(text: str) -> str:
    """Return a text in one line, for a log: whoever chose it cannot control a terminal."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


class Mask:
    """Masks secrets in whatever is shown.

    Args:
        secrets: The secrets.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets)
        self._redactor = Redactor(self._secrets, mask=MASKED)

    def covers(self, secrets: frozenset[str]) -> bool:
        """Return whether it masks exactly these secrets."""
        return secrets == self._secrets

    def hide_text(self, text: str) -> str:
        """Return a text with its secrets masked."""
        return _ISSUED.sub(MASKED, self._redactor.redact(text))

    def hide(self, value: object, *, names: bool = False) -> Any:
        """Return a value as JSON, with the secrets in it masked.

        Args:
            value: A JSON value that may hold models and moments.
            names: Whether to mask them in the names of properties, too: in what others have sent.
        """
        shown = json.loads(to_json(value))
        text = "\n".join(_texts(shown))
        if not (self._redactor.may_find(text) or _ISSUED.search(text)):
            return shown
        return self._hide(shown, names=names)

    def _hide(self, value: Any, *, names: bool) -> Any:
        if isinstance(value, str):
            return self.hide_text(value)
        if isinstance(value, list):
            return [self._hide(one, names=names) for one in cast("list[object]", value)]
        if isinstance(value, dict):
            return {
                self.hide_text(name) if names else name: self._hide(one, names=names)
                for name, one in cast("dict[str, object]", value).items()
            }
        return MASKED if str(value) in self._secrets else value


class KnownSecrets:
    """The secrets of an emulator: those in its state, and those that were.

    An old one may still be valid at the partner's, and in what is kept of past requests.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._past: OrderedDict[str, None] = OrderedDict()
        self._mask = Mask(())

    def add(self, secrets: Iterable[str]) -> None:
        """Remember secrets that are not in the state.

        Args:
            secrets: The secrets.
        """
        added = dict.fromkeys(secrets)
        if added:
            with self._lock:
                for secret in added:
                    self._past[secret] = None
                    self._past.move_to_end(secret)  # it may have been known for long
                while len(self._past) > limits.MAX_SECRETS:
                    self._past.popitem(last=False)

    def record(self, before: State, after: State) -> None:
        """Remember the secrets that a change of the state may have removed.

        Args:
            before: The state before.
            after: The state afterwards.
        """
        if before.integration is not after.integration:
            self.add({*_of_integration(before.integration)} - {*_of_integration(after.integration)})
        for name, installation in before.installations.items():
            changed = after.installations.get(name)
            if changed is not installation:
                self.add(_removed(installation, changed))

    def make_mask(self, state: State) -> Mask:
        """Return what masks all secrets.

        Args:
            state: The state as it is now.
        """
        with self._lock:
            past = [*self._past]
        secrets = frozenset([*_of_state(state), *past])
        if not self._mask.covers(secrets):
            self._mask = Mask(secrets)
        return self._mask


def _of_state(state: State) -> Iterator[str]:
    yield from _of_integration(state.integration)
    for installation in state.installations.values():
        yield from _of_installation(installation)


def _of_integration(integration: Integration) -> Iterator[str]:
    yield integration.client_secret
    for texts in (
        integration.codes,
        integration.oauth_codes,
        integration.imports,
        integration.refresh_tokens,
    ):
        yield from texts


def _of_installation(installation: Installation) -> Iterator[str]:
    yield from installation.tokens
    yield from installation.retired
    for resource in installation.resources.values():
        yield from secret_values([*resource.secrets.values()])
    for action in installation.actions.values():
        yield from secret_values(action.outcomes)


def _removed(before: Installation, after: Installation | None) -> Iterator[str]:
    """Yield the secrets of what was changed, which it may have yet."""
    if after is None:
        yield from _of_installation(before)
        return
    if before.tokens is not after.tokens:
        yield from {*before.tokens} - {*after.tokens}
    if before.resources is not after.resources:
        for name, resource in before.resources.items():
            changed = after.resources.get(name)
            if changed is None or changed.secrets is not resource.secrets:
                yield from secret_values([*resource.secrets.values()])
    if before.actions is not after.actions:
        for key, action in before.actions.items():
            if after.actions.get(key) is not action:
                yield from secret_values(action.outcomes)


def _find_named(value: Any, *, is_secret: bool, in_secrets: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, held in cast("dict[str, object]", value).items():
            plain = _plain(name)
            is_named = plain in _NAMES or (plain == _VALUE and in_secrets)
            yield from _find_named(
                held,
                is_secret=is_secret or is_named,
                in_secrets=in_secrets or plain == _SECRETS,
            )
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _find_named(one, is_secret=is_secret, in_secrets=in_secrets)
    elif is_secret and isinstance(value, str):
        yield value


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in cast("dict[str, object]", value).items():
            yield name
            yield from _texts(one)
    else:
        yield str(value)
