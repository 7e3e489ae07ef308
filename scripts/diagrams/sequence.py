"""Draws who calls whom, from top to bottom."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from scripts.diagrams.svg import LINE, WIDTH, Box, Canvas, Picture, wrap

_HEAD: Final = 26
_PAD: Final = 8


@frozen
class Phase:
    """A headline between two steps."""

    title: str


@frozen
class Step:
    """A message.

    Attributes:
        source: Who sends it.
        target: Who receives it.
        text: What it is about.
        code: The name that it has in code, if any.
        reply: What comes back, if it matters.
    """

    source: str
    target: str
    text: str
    code: str = ""
    reply: str = ""


def draw_sequence(
    name: str, title: str, lanes: dict[str, float], steps: Sequence[Phase | Step]
) -> Picture:
    """Draw messages between lanes; `lanes` has the middle of each."""
    canvas = Canvas(name, title)
    y: float = _HEAD + _PAD
    rows: list[tuple[float, Phase | Step]] = []
    for step in steps:
        rows.append((y, step))
        y += _height(step, lanes)
    for x in lanes.values():
        canvas.line(x, _HEAD, x, y)
    for lane, x in lanes.items():
        half = min(x, WIDTH - x, 44) - 1
        canvas.box(Box(x - half, 1, 2 * half, _HEAD), "box", name=lane)
        canvas.text(x, 7, [lane], style="strong")
    for top, step in rows:
        if isinstance(step, Phase):
            canvas.box(Box(1, top, WIDTH - 2, LINE + 8), "phase")
            canvas.text(WIDTH / 2, top + 3, [step.title], style="strong")
        else:
            _draw(canvas, step, top, lanes)
    words = tuple(
        f"{step.title}:" if isinstance(step, Phase) else _sentence(step) for step in steps
    )
    return Picture(title, words, canvas.finish(y + 1))


def _height(step: Phase | Step, lanes: dict[str, float]) -> float:
    if isinstance(step, Phase):
        return LINE + 8 + _PAD
    lines = len(_lines(step.text, step, lanes)) + bool(step.code)
    reply = len(_lines(step.reply, step, lanes)) * LINE + 6 if step.reply else 0
    return lines * LINE + 6 + reply + _PAD


def _lines(text: str, step: Step, lanes: dict[str, float]) -> list[str]:
    return wrap(text, abs(lanes[step.source] - lanes[step.target]) - 6)


def _draw(canvas: Canvas, step: Step, top: float, lanes: dict[str, float]) -> None:
    start, end = lanes[step.source], lanes[step.target]
    if step.code:
        canvas.text((start + end) / 2, top, [step.code], style="code")
        top += LINE
    for text, dashed in ((step.text, False), (step.reply, True)):
        lines = _lines(text, step, lanes)
        if not lines:
            continue
        canvas.text((start + end) / 2, top, lines)
        top += len(lines) * LINE + 3
        ends = ((start, top), (end, top)) if not dashed else ((end, top), (start, top))
        canvas.arrow(ends, dashed=dashed, name=step.code or None)
        top += 3


def _sentence(step: Step) -> str:
    code = f" ({step.code})" if step.code else ""
    reply = f" Back comes: {step.reply}." if step.reply else ""
    return f"{step.source} to {step.target}: {step.text}{code}.{reply}"
