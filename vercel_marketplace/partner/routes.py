"""Which operation a request is for. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Final
from urllib.parse import unquote

from attrs import frozen

from vercel_marketplace._internal.validation import DOT_SEGMENTS
from vercel_marketplace.partner.operation import AnyPartnerOperation
from vercel_marketplace.partner.operations import OPERATIONS

NEW: Final = "new"
"""Stands for an installation, before there is one."""


@frozen
class Route:
    """An operation, and what the path says.

    Attributes:
        operation: The operation.
        parameters: The path's parameters, by the names of the request's fields.
    """

    operation: AnyPartnerOperation
    parameters: Mapping[str, str]

    @property
    def installation_id(self) -> str | None:
        """The installation in the path; `None` where it has none, or `new`."""
        installation_id = self.parameters.get("installation_id")
        return None if self._is_new(installation_id) else installation_id

    def _is_new(self, installation_id: str | None) -> bool:
        return installation_id == NEW and self.operation.id == "list-billing-plans-for-installation"


def split_url(url: str) -> tuple[str, str]:
    """Return the path of a URL, percent-encoded, and its query."""
    target = url.partition("#")[0]
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    return path, query


def find_routes(path: str) -> dict[str, Route]:
    """Return the operations that a path has, by method; none where it names nothing.

    Args:
        path: The path below the integration's base URL, percent-encoded: an escaped slash is
            part of an id.
    """
    segments = _decode(path)
    routes: dict[str, Route] = {}
    for operation, template in _templates().get(len(segments), ()):
        parameters = _match(template, segments)
        if parameters is not None:
            routes[operation.method] = Route(operation, parameters)
    return routes


@cache
def _templates() -> dict[int, list[tuple[AnyPartnerOperation, list[str]]]]:
    """Return the operations with the segments of their paths, by how many these are."""
    found: dict[int, list[tuple[AnyPartnerOperation, list[str]]]] = {}
    for operation in OPERATIONS.values():
        template = operation.path.split("/")[1:]
        found.setdefault(len(template), []).append((operation, template))
    return found


def _match(template: list[str], segments: list[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for expected, segment in zip(template, segments, strict=True):
        if expected.startswith("{"):
            parameters[expected[1:-1]] = segment
        elif expected != segment:
            return None
    return parameters


def _decode(path: str) -> list[str]:
    """Return the segments of a path, or none where one of them is not the name of anything.

    That is an empty one, one that would climb (`..`), and one that databases and logs read in
    ways of their own: with a control character, or not in UTF-8.
    """
    try:
        segments = [unquote(raw, errors="strict") for raw in path.removeprefix("/").split("/")]
    except UnicodeDecodeError:
        return []
    are_names = all(
        segment and segment not in DOT_SEGMENTS and segment.isprintable() for segment in segments
    )
    return segments if are_names else []
