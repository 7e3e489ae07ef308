"""Draws layers below each other, each with a row of boxes or a text."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from scripts.diagrams.svg import LINE, WIDTH, Box, Canvas, Picture, text_width, wrap

_PAD: Final = 8
_GAP: Final = 24
_CHIP: Final = LINE + 8


@frozen
class Layer:
    """A layer.

    Attributes:
        title: Its name.
        text: What it does.
        steps: What happens in it, one after the other.
    """

    title: str
    text: str
    steps: tuple[tuple[str, str], ...] = ()


def draw_way(name: str, title: str, layers: Sequence[Layer]) -> Picture:
    """Draw the way down through layers."""
    canvas = Canvas(name, title)
    y = 1.0
    words: list[str] = []
    for layer in layers:
        lines = wrap(layer.text, WIDTH - 4 * _PAD)
        height = (1 + len(lines)) * LINE + 2 * _PAD + len(layer.steps) * (_CHIP + 6)
        box = Box(1, y, WIDTH - 2, height)
        if layer is not layers[0]:
            canvas.arrow(((WIDTH / 2, y - _GAP), (WIDTH / 2, y)), name=layer.title)
        canvas.box(box, "group" if layer.steps else "box", name=layer.title)
        canvas.text(WIDTH / 2, y + _PAD - 1, [layer.title], style="code")
        canvas.text(WIDTH / 2, y + _PAD + LINE, lines)
        top = y + _PAD + (1 + len(lines)) * LINE + 4
        for step, text in layer.steps:
            canvas.box(Box(2 * _PAD, top, WIDTH - 4 * _PAD, _CHIP), "box", name=step)
            canvas.text(3 * _PAD, top + 3, [step], style="code", anchor="start")
            canvas.text(WIDTH - 3 * _PAD, top + 3, [text], anchor="end")
            top += _CHIP + 6
        words.append(f"{layer.title}: {layer.text}")
        words += [f"{step}: {text}." for step, text in layer.steps]
        y = box.bottom + _GAP
    return Picture(title, tuple(words), canvas.finish(y - _GAP + 1))


def draw_layers(name: str, title: str, layers: Sequence[Sequence[str]]) -> Picture:
    """Draw layers of modules; a module imports only from the layers below its own."""
    canvas = Canvas(name, title)
    y = 1.0
    for layer in layers:
        rows = _rows(layer)
        height = len(rows) * (_CHIP + 4) + 4
        canvas.box(Box(1, y, WIDTH - 2, height), "group")
        for number, row in enumerate(rows):
            x = (WIDTH - sum(map(_width, row)) - 6 * (len(row) - 1)) / 2
            for module in row:
                chip = Box(x, y + 4 + number * (_CHIP + 4), _width(module), _CHIP)
                canvas.box(chip, "box", name=module)
                canvas.text(chip.center, chip.top + 3, [module], style="code")
                x = chip.right + 6
        y += height + 6
    words = [", ".join(layer) for layer in layers]
    return Picture(title, tuple(words), canvas.finish(y - 5))


def _width(module: str) -> float:
    return text_width(module, "code") + 12


def _rows(modules: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for module in modules:
        used = sum(map(_width, rows[-1])) + 6 * len(rows[-1])
        if rows[-1] and used + _width(module) > WIDTH - 2 * _PAD:
            rows.append([])
        rows[-1].append(module)
    return rows
