"""Draws questions below each other: one answer leads out to the right, the other one down."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from scripts.diagrams.svg import LINE, WIDTH, Box, Canvas, Picture, wrap

_LEFT: Final = 176
_RIGHT: Final = 136
_PAD: Final = 8
_GAP: Final = 28


@frozen
class Question:
    """A question with two answers.

    Attributes:
        text: The question.
        answer: The answer that settles it.
        outcome: What to do then.
        otherwise: The answer that leads to the next question.
    """

    text: str
    answer: str
    outcome: str
    otherwise: str


def draw_questions(name: str, title: str, questions: Sequence[Question], last: str) -> Picture:
    """Draw questions in their order; `last` is what to do if none settles it."""
    canvas = Canvas(name, title)
    y = 1.0
    for question in questions:
        lines = wrap(question.text, _LEFT - 2 * _PAD)
        outcome = wrap(question.outcome, _RIGHT - 2 * _PAD)
        height = max(len(lines), len(outcome)) * LINE + 2 * _PAD
        box = Box(1, y, _LEFT, height)
        exit_box = Box(WIDTH - _RIGHT - 1, y, _RIGHT, height)
        _write(canvas, box, lines, "question")
        _write(canvas, exit_box, outcome, "outcome")
        canvas.arrow(((box.right, box.middle), (exit_box.left, box.middle)), name=question.answer)
        canvas.text((box.right + exit_box.left) / 2, box.middle - 17, [question.answer])
        canvas.arrow(
            ((box.center, box.bottom), (box.center, box.bottom + _GAP)), name=question.otherwise
        )
        canvas.text(box.center + 8, box.bottom + 5, [question.otherwise], anchor="start")
        y = box.bottom + _GAP
    lines = wrap(last, _LEFT - 2 * _PAD)
    end = Box(1, y, _LEFT, len(lines) * LINE + 2 * _PAD)
    _write(canvas, end, lines, "outcome")
    words = [f"{question.text} If {question.answer}: {question.outcome}" for question in questions]
    return Picture(title, (*words, f"Otherwise: {last}"), canvas.finish(end.bottom + 1))


def _write(canvas: Canvas, box: Box, lines: list[str], kind: str) -> None:
    canvas.box(box, kind, rounded=4)
    canvas.text(box.center, box.middle - len(lines) * LINE / 2, lines)
