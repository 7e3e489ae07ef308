"""The directive `{diagram} NAME`: a picture of `scripts.diagrams`, and the same in words."""

import html
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import scripts.diagrams
from scripts.diagrams.pictures import PICTURES


class Diagram(SphinxDirective):
    """Shows a picture."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        picture = PICTURES[self.arguments[0]]()
        for source in Path(scripts.diagrams.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(source))
        words = "".join(f"<li>{html.escape(line)}</li>" for line in picture.words)
        details = f"<details><summary>The picture in words</summary><ol>{words}</ol></details>"
        drawing = ET.tostring(picture.svg, encoding="unicode")
        text = f'<figure class="diagram">{drawing}<figcaption>{details}</figcaption></figure>'
        return [nodes.raw("", text, format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Attach it."""
    app.add_directive("diagram", Diagram)
    return {"parallel_read_safe": True}
