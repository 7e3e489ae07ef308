"""JSON bodies of the partner API, read and written strictly: as Vercel documents them. Pure.

Issues name places as JSON has them: `billingPlan.initialCharge`, `secrets[0].name`.
"""

import re
from typing import Any, Final, NamedTuple

from vercel_marketplace._internal.json import explain, find_json_issues, parse
from vercel_marketplace._internal.json_terms import in_json_terms
from vercel_marketplace._internal.validation import write
from vercel_marketplace.errors import Issue

_KEY: Final = re.compile(r'\["([A-Za-z_]\w*)"\]')


class ReadBody(NamedTuple):
    """What a body stands for.

    Attributes:
        value: The value; `None` where there are issues.
        issues: What is not as documented.
    """

    value: Any
    issues: tuple[Issue, ...]


class WrittenBody(NamedTuple):
    """A body.

    Attributes:
        content: The JSON; empty where there are issues.
        issues: What Vercel would refuse.
    """

    content: bytes
    issues: tuple[Issue, ...]


def write_body(kind: Any, value: object) -> WrittenBody:
    """Check a value against what Vercel accepts, and write it.

    Args:
        kind: The type of the body: a model, or a list of some.
        value: The value.
    """
    output = write(kind, value, wire_names=True)
    issues = tuple(dict.fromkeys(map(with_json_path, output.issues)))
    return WrittenBody(b"" if issues else output.to_bytes(), issues)


def read_body(kind: Any, content: bytes, *, as_lines: bool = False) -> ReadBody:
    """Read a body, and check it against what Vercel accepts.

    Unknown properties are ignored.

    Args:
        kind: The type of the body: a model, or a list of some.
        content: The JSON.
        as_lines: Whether it is a list with one entry per line, and nothing around them.
    """
    from vercel_marketplace._internal.converter import read_strictly  # noqa: PLC0415 (cattrs)

    try:
        parsed = [*map(parse, content.splitlines())] if as_lines else parse(content, bom=True)
    except (ValueError, RecursionError) as error:
        return ReadBody(None, (Issue("", f"the body is not valid JSON: {explain(error)}"),))
    value, issues = read_strictly(kind, parsed)
    if issues:
        return ReadBody(None, tuple(map(with_json_terms, issues)))
    if issues := tuple(map(with_json_path, find_json_issues(parsed))):
        return ReadBody(None, issues)
    issues = write_body(kind, value).issues
    return ReadBody(None if issues else value, issues)


def with_json_terms(issue: Issue) -> Issue:
    """Return an issue in the terms of JSON instead of Python."""
    return Issue(issue.path, in_json_terms(issue.message))


def with_json_path(issue: Issue) -> Issue:
    """Return an issue whose path has a dot before each key that is a name."""
    return Issue(_KEY.sub(r".\1", issue.path).removeprefix("."), issue.message)
