"""Draws a table of transitions whose sources are sets within sets.

The states that share a way out are in one box, and the way out is an arrow from the edge of the
box: it applies to all that is in the box. So the picture has one arrow for each row of the table.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Protocol

from scripts.diagrams.svg import LINE, WIDTH, Box, Canvas, Picture, text_width

_INDENT: Final = 12
_PILL: Final = 26
_PILL_WIDTH: Final = 84
_GAP: Final = 44
_LABEL: Final = 2 * LINE
_COLUMNS: Final = (60.0, 196.0)


class Transition(Protocol):
    """What the picture needs of a row of the table."""

    @property
    def trigger(self) -> str:
        """What happens."""

    @property
    def by(self) -> str:
        """Who does it."""

    @property
    def sources(self) -> frozenset[str]:
        """The states before; none for the beginning."""

    @property
    def target(self) -> str:
        """The state afterwards."""


def draw_states(name: str, title: str, table: Sequence[Transition]) -> Picture:
    """Draw the states and transitions of a table.

    Raises:
        ValueError: The sources are not sets within sets, or a state is left over.
    """
    groups = _groups(table)
    canvas = Canvas(name, title)
    boxes, states, height = _place(groups, table)
    for group in reversed(groups):
        canvas.box(boxes[group], "group", rounded=8, name=" ".join(sorted(group)))
    for state, pill in states.items():
        canvas.box(pill, "box", rounded=13, name=state)
        canvas.text(pill.center, pill.middle - 8, [state], style="code")
    for row in table:
        _draw(canvas, row, boxes, states)
    return Picture(title, tuple(map(_sentence, table)), canvas.finish(height))


def _groups(table: Sequence[Transition]) -> list[frozenset[str]]:
    """Return the sets of states with a way out in common, from the innermost on."""
    groups = sorted({row.sources for row in table if len(row.sources) > 1}, key=len)
    for inner, outer in pairwise(groups):
        if not inner < outer:
            msg = f"{sorted(inner)} and {sorted(outer)} overlap: no box can be in the other"
            raise ValueError(msg)
    return groups


def _place(
    groups: list[frozenset[str]], table: Sequence[Transition]
) -> tuple[dict[frozenset[str], Box], dict[str, Box], float]:
    """Stack the groups: below the inner one, a row of the states that the outer one adds."""
    order = list(dict.fromkeys(row.target for row in table))
    boxes: dict[frozenset[str], Box] = {}
    states: dict[str, Box] = {}
    tops = [_GAP + number * _INDENT / 2 for number in range(len(groups))]
    y = tops[-1] + _LABEL + _INDENT / 2
    for depth, group in enumerate(groups):
        _place_row([state for state in order if state in group], y, states)
        y += _PILL + _INDENT
        margin = (len(groups) - 1 - depth) * _INDENT + 1
        top = tops[len(groups) - 1 - depth]
        boxes[group] = Box(margin, top, WIDTH - 2 * margin, y - top)
        y += _GAP
    rest = [state for state in order if state not in states]
    if len(rest) > 1:
        msg = f"there is no place for {rest[1:]}"
        raise ValueError(msg)
    for state in rest:
        left = _COLUMNS[0]
        states[state] = Box(left, y, _COLUMNS[1] + 100 - left, _PILL)
        y += _PILL
    return boxes, states, y + 1


def _place_row(row: list[str], y: float, states: dict[str, Box]) -> None:
    new = [state for state in row if state not in states]
    for column, state in zip(_COLUMNS, new, strict=False):
        states[state] = Box(column, y, max(_PILL_WIDTH, text_width(state, "code") + 20), _PILL)
    if len(new) > len(_COLUMNS):
        msg = f"there is no place for {new[len(_COLUMNS) :]}"
        raise ValueError(msg)


def _draw(
    canvas: Canvas,
    row: Transition,
    boxes: dict[frozenset[str], Box],
    states: dict[str, Box],
) -> None:
    """Draw an arrow: down from a box, into it from its right edge, or up from a single state."""
    target = states[row.target]
    label = [row.trigger, _by(row)]
    source = boxes.get(row.sources)
    if not row.sources:
        start, end = (target.center, float(_LABEL)), (target.center, target.top)
        label_at = (target.center + 8, 4.0)
    elif source is not None and row.target in row.sources:
        start, end = (source.right, target.middle), (target.right, target.middle)
        label_at = (target.left, target.top - _LABEL - 2)
    elif source is not None:
        x = min(target.center, target.left + _PILL_WIDTH / 2)
        start, end = (x, source.bottom), (x, target.top)
        label_at = (x + 8, (source.bottom + target.top - _LABEL) / 2 - 1)
    else:
        (only,) = row.sources
        end = (target.center, target.bottom)
        start = (target.center, states[only].top)
        label_at = (target.center + 8, states[only].top - _LABEL - 5)
    canvas.dot(*start)
    canvas.arrow(
        (start, end),
        name=row.trigger,
        source=" ".join(sorted(row.sources)),
        target=row.target,
    )
    x, y = label_at
    canvas.text(x, y, label[:1], style="strong", anchor="start")
    canvas.text(x, y + LINE - 1, label[1:], anchor="start")


def _sentence(row: Transition) -> str:
    before = f"from {', '.join(sorted(row.sources))}" if row.sources else "at the beginning"
    return f"{row.trigger} ({_by(row)}): {before} to {row.target}."


def _by(row: Transition) -> str:
    return "as time passes" if row.by == "time" else f"by {row.by}"
