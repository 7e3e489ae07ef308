"""A command of the control API, as data: a function, and where it is over HTTP. Pure."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
)

import attrs

from vercel_marketplace._internal.converter import read_strictly
from vercel_marketplace._internal.json import explain, find_json_issues, parse
from vercel_marketplace._internal.schema import (
    alternatives,
    arms_of,
    fields_of,
    is_list,
    is_literal,
    is_model,
    is_sequence,
)
from vercel_marketplace.errors import Issue
from vercel_marketplace.partner.bodies import with_json_path

if TYPE_CHECKING:
    from vercel_marketplace.emulator.console.console import Console

F = TypeVar("F", bound=Callable[..., object])

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]


class ArgumentsError(ValueError):
    """Arguments that a command cannot run with.

    Attributes:
        issues: What is wrong, and where.
    """

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("; ".join(map(str, issues)))
        self.issues = issues


@attrs.frozen
class Command:
    """A command.

    Attributes:
        method: The HTTP method.
        path: The path below `/_emulator`, with parameters in braces.
        function: What it does; its first parameter is the console.
        arguments: A class with a field for each of the function's other parameters.
    """

    method: Method
    path: str
    function: Callable[..., object]
    arguments: type

    @classmethod
    def of(cls, method: Method, path: str, function: Callable[..., object]) -> "Command":
        """Make a command of a function."""
        name: str = function.__name__  # ty: ignore[missing-attribute] (functions have one)
        arguments = make_arguments(name, parameters_of(function))
        return cls(method, path, function, arguments)

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__  # ty: ignore[missing-attribute] (functions have one)

    @property
    def path_parameters(self) -> list[str]:
        """The parameters in the path."""
        return find_parameters(self.path)

    def run(self, console: "Console", given: Mapping[str, object]) -> object:
        """Run the command.

        Args:
            console: The console.
            given: The arguments by their names in JSON, which are those of Python in camelCase.

        Raises:
            ArgumentsError: An argument is missing, unknown, or of the wrong type.
            LookupError, ValueError, TypeError: What the function raises.
        """
        issues = (*_find_unknown(self.arguments, given), *self._find_enum_issues(given))
        value = None
        if not issues:
            value, issues = read_strictly(self.arguments, given)
        if issues:
            raise ArgumentsError(issues)
        named = {field.name: getattr(value, field.name) for field in fields_of(self.arguments)}
        return self.function(console, **named)

    def _find_enum_issues(self, given: Mapping[str, object]) -> Iterator[Issue]:
        for field in fields_of(self.arguments):
            members = [*members_of(field.kind)]
            if members and field.wire_name in given and given[field.wire_name] not in members:
                yield Issue(field.wire_name, f"expected {alternatives(members)}")


def members_of(kind: object) -> Iterator[str]:
    """Yield the values that a parameter may have, where there are only some."""
    for arm in arms_of(kind):
        if is_literal(arm):
            yield from get_args(arm)


def _find_unknown(model: type, given: Mapping[str, object], path: str = "") -> Iterator[Issue]:
    """Find the properties that a model does not have: a misspelled one would be without effect."""
    fields = {field.wire_name: field for field in fields_of(model)}
    for name, value in given.items():
        if name not in fields:
            known = ", ".join(fields) or "nothing"
            yield Issue(f"{path}{name}", f"unknown; accepted: {known}")
            continue
        for kind in arms_of(fields[name].kind):
            item = get_args(kind)[0] if is_list(kind) else kind
            if is_model(item):
                entries = value if is_list(kind) and is_sequence(value) else [value]
                for index, entry in enumerate(entries):
                    if isinstance(entry, Mapping):
                        place = f"{path}{name}[{index}]." if is_list(kind) else f"{path}{name}."
                        yield from _find_unknown(item, cast("Mapping[str, object]", entry), place)


def read_object(content: bytes, what: str) -> dict[str, object]:
    """Read the arguments of a command.

    Args:
        content: A JSON object, in which no property occurs twice.
        what: What holds it, for the message.

    Raises:
        ValueError: It is something else.
    """
    try:
        parsed = parse(content, bom=True, unique_keys=True)
    except (ValueError, RecursionError) as error:
        msg = f"{what} is not valid JSON: {explain(error)}"
        raise ValueError(msg) from None
    if not isinstance(parsed, dict):
        msg = f"{what} must be a JSON object"
        raise ValueError(msg)  # noqa: TRY004 (a mistake in what was sent)
    given = cast("dict[str, object]", parsed)
    for issue in find_json_issues(given):  # such as half of a surrogate pair, which no page shows
        raise ValueError(str(with_json_path(issue)))
    return given


COMMANDS: Final[list[Command]] = []
"""The commands of the modules that are imported, in the order in which they are written."""


def command(method: Method, path: str) -> Callable[[F], F]:
    """Make a function a command.

    Its first parameter is the console, and the others are keywords. Whatever it returns becomes
    JSON; `None` becomes a response without a body.

    Args:
        method: The HTTP method.
        path: The path below `/_emulator`, with parameters in braces.
    """

    def register(function: F) -> F:
        COMMANDS.append(Command.of(method, path, function))
        return function

    return register


def post_command(
    name: str,
    path: str,
    method: Callable[..., object],
    run: Callable[..., object],
    **kinds: Any,
) -> None:
    """Make a method of the emulator a command, whose arguments are those of the method.

    Args:
        name: The name of the command.
        path: The path below `/_emulator`, with parameters in braces.
        method: The method.
        run: Calls it with the console, and with the parameters of the path and the arguments of
            the method as keywords.
        kinds: The types of arguments that the method accepts in more forms than JSON has.
    """
    parameters = {one: attrs.field(type=str) for one in find_parameters(path)}
    parameters |= parameters_of(method)
    parameters |= {one: attrs.field(type=kind) for one, kind in kinds.items()}

    def function(console: "Console", /, **arguments: object) -> object:
        return run(console, **arguments)

    function.__name__, function.__doc__ = name, method.__doc__
    COMMANDS.append(Command("POST", path, function, make_arguments(name, parameters)))


def find_parameters(path: str) -> list[str]:
    """Return the parameters in a path."""
    return re.findall(r"{(\w+)}", path)


def parameters_of(function: Callable[..., object]) -> dict[str, Any]:
    """Return the parameters of a function, but for the first, as fields of an attrs class."""
    _, *parameters = inspect.signature(function).parameters.values()
    return {
        one.name: attrs.field(
            # Of any text, so that it is not what tells models apart; `run` checks the members.
            type=one.annotation | str if is_literal(one.annotation) else one.annotation,
            default=attrs.NOTHING if one.default is one.empty else one.default,
        )
        for one in parameters
    }


def make_arguments(name: str, fields: dict[str, Any]) -> type:
    """Make the class of a command's arguments."""
    return attrs.make_class(name, fields, frozen=True, kw_only=True)
