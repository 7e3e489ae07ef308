"""Commands that a customer types on a resource's page, and what is shown in return."""

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import mask


@frozen(kw_only=True)
class ResourceReplRequest:
    """A customer types a command."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    input: str = field(repr=mask)
    """The command, as typed; hidden by `repr`, for it may set a password."""
    read_only: bool | None = None
    """Whether the command may change nothing."""


@frozen(kw_only=True)
class ReplText:
    """A piece of text."""

    type: Literal["text"] = "text"
    """`"text"`."""
    text: str
    """The text."""
    color: str | None = None
    """Its color, such as `"#ff0000"`."""
    bold: bool | None = None
    """Whether it is bold."""
    italic: bool | None = None
    """Whether it is in italics."""
    href: str | None = None
    """Where it leads."""


@frozen(kw_only=True)
class ReplParagraph:
    """A paragraph."""

    type: Literal["paragraph"] = "paragraph"
    """`"paragraph"`."""
    children: Sequence[ReplText]
    """Its pieces of text."""


@frozen(kw_only=True)
class ReplTable:
    """A table."""

    type: Literal["table"] = "table"
    """`"table"`."""
    header: Sequence[ReplText] | None = None
    """The heads of its columns."""
    rows: Sequence[Sequence[ReplText]]
    """Its rows, each with its cells."""


ReplBlock: TypeAlias = ReplParagraph | ReplTable
"""A block of what is shown for a command."""
