"""Makes tables readable on a phone, where `pages.css` turns each row into a block.

There the head of the table is not shown, so each cell carries the head of its column. A long name
may break where its words meet.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_BLOCKS_FROM = 3
"""The number of columns from which on a table becomes blocks."""

_SHORT = 24
"""A table whose cells have no more characters fits a phone as it is."""

_MANY = 6
"""The number of columns from which on the text is small."""

_JOINT = re.compile(r"(?<=[._/(])(?=\w)|(?<=[a-z])(?=[A-Z])")


def adapt(_app: Sphinx, doctree: nodes.document) -> None:
    """Label the cells, and let long names break."""
    for table in doctree.findall(nodes.table):
        for literal in list(table.findall(nodes.literal)):
            parts = _JOINT.split(literal.astext())
            literal.clear()
            for part in parts:
                literal.extend(
                    [nodes.Text(part), nodes.raw("", "<wbr>", format="html")]
                )
            literal.pop()  # the break after the last part
        heads = [
            entry.astext() for head in table.findall(nodes.thead) for entry in head[0]
        ]
        longest = max(len(entry.astext()) for entry in table.findall(nodes.entry))
        if len(heads) >= _BLOCKS_FROM and longest > _SHORT:
            table["classes"] += (
                ["blocks", "many"] if len(heads) >= _MANY else ["blocks"]
            )
            for row in (row for body in table.findall(nodes.tbody) for row in body):
                for entry, head in list(zip(row, heads, strict=True))[1:]:
                    if entry.astext():
                        entry.insert(
                            0, nodes.paragraph("", head, classes=["cell-label"])
                        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Attach it."""
    app.connect("doctree-read", adapt)
    return {"parallel_read_safe": True}
