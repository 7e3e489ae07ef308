"""Boxes, arrows and wrapped text as SVG.

A picture is as wide as the column of a phone, where it is shown in its own size. Its colours are
those of the page: `docs/_static/pages.css` has the classes.
"""

import textwrap
from typing import Final, Literal
from xml.etree import ElementTree as ET

from attrs import frozen

WIDTH: Final = 356
LINE: Final = 14
"""The height of a line of text."""

_CHAR: Final = {"text": 5.6, "strong": 6.0, "code": 6.2}
Style = Literal["text", "strong", "code"]


@frozen
class Picture:
    """A drawing, and the same in words.

    Attributes:
        title: What it shows.
        words: What it says, a sentence for each part of it.
        svg: The drawing.
    """

    title: str
    words: tuple[str, ...]
    svg: ET.Element


@frozen
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def center(self) -> float:
        """The middle between its left and right edge."""
        return self.left + self.width / 2

    @property
    def middle(self) -> float:
        """The middle between its upper and lower edge."""
        return self.top + self.height / 2


def wrap(text: str, width: float, style: Style = "text") -> list[str]:
    """Break a text into lines of a width."""
    return textwrap.wrap(text, max(1, int(width / _CHAR[style])), break_long_words=False)


def text_width(text: str, style: Style = "text") -> float:
    """Return about how wide a text is."""
    return len(text) * _CHAR[style]


class Canvas:
    """An SVG that is drawn from top to bottom."""

    def __init__(self, name: str, title: str) -> None:
        """Begin a drawing.

        Args:
            name: What its ids begin with; each name once in a page.
            title: What a screen reader calls it.
        """
        self._svg = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "img",
                "aria-labelledby": f"{name}-title",
            },
        )
        ET.SubElement(self._svg, "title", {"id": f"{name}-title"}).text = title
        self._head = f"{name}-head"
        marker = ET.SubElement(
            ET.SubElement(self._svg, "defs"),
            "marker",
            {
                "id": self._head,
                "viewBox": "0 0 8 8",
                "refX": "7",
                "refY": "4",
                "markerWidth": "8",
                "markerHeight": "8",
                "orient": "auto-start-reverse",
            },
        )
        ET.SubElement(marker, "path", {"class": "head", "d": "M 0 0 L 8 4 L 0 8 z"})

    def finish(self, height: float) -> ET.Element:
        """Return the drawing, of this height."""
        self._svg.set("viewBox", f"0 0 {WIDTH} {height:g}")
        return self._svg

    def box(self, box: Box, kind: str, *, rounded: float = 4, name: str | None = None) -> None:
        """Draw a box; `kind` is its class, `name` what it stands for."""
        self._add(
            "rect",
            kind,
            {"x": box.left, "y": box.top, "width": box.width, "height": box.height, "rx": rounded},
            {"data-name": name},
        )

    def dot(self, x: float, y: float) -> None:
        """Draw a dot, where an arrow begins."""
        self._add("circle", "head", {"cx": x, "cy": y, "r": 3}, {})

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a thin line."""
        self._add("line", "lane", {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, {})

    def arrow(
        self,
        ends: tuple[tuple[float, float], tuple[float, float]],
        *,
        dashed: bool = False,
        name: str | None = None,
        source: str | None = None,
        target: str | None = None,
    ) -> None:
        """Draw an arrow between two points; the names are what it stands for."""
        (x1, y1), (x2, y2) = ends
        self._add(
            "line",
            "arrow dashed" if dashed else "arrow",
            {"x1": x1, "y1": y1, "x2": x2, "y2": y2},
            {
                "marker-end": f"url(#{self._head})",
                "data-name": name,
                "data-from": source,
                "data-to": target,
            },
        )

    def text(
        self,
        x: float,
        y: float,
        lines: list[str],
        *,
        style: Style = "text",
        anchor: Literal["start", "middle", "end"] = "middle",
    ) -> None:
        """Write lines below each other; `y` is the top of the first."""
        for number, line in enumerate(lines):
            written = self._add(
                "text", style, {"x": x, "y": y + number * LINE + 11}, {"text-anchor": anchor}
            )
            written.text = line

    def _add(
        self, tag: str, kind: str, numbers: dict[str, float], names: dict[str, str | None]
    ) -> ET.Element:
        attributes = {"class": kind} | {key: f"{value:g}" for key, value in numbers.items()}
        attributes |= {key: value for key, value in names.items() if value is not None}
        return ET.SubElement(self._svg, tag, attributes)
