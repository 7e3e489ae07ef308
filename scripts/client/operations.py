"""What a function file says: its operation, its introduction, and the request's fields."""

import ast
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from attrs import frozen

from scripts.client.sources import MODEL_CLASSES, MODELS, dotted, modules_in
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace.errors import error_class_for


@frozen
class Parameter:
    """A keyword argument of a method: a field of the request class."""

    name: str
    annotation: str
    default: str | None
    description: str

    def __str__(self) -> str:
        text = f"{self.name}: {self.annotation}"
        return text if self.default is None else f"{text} = {self.default}"


class QualifyModels(ast.NodeTransformer):
    """Names models as the clients do: `models.Invoice`."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put the package before a model's name."""
        return ast.parse(f"models.{node.id}", mode="eval").body if node.id in MODELS else node


def parameters_of(request: str) -> list[Parameter]:
    """Return the fields of a request class, those with a default last."""
    parameters = []
    for field, docstring in pairwise(MODEL_CLASSES[request].body):
        if not isinstance(field, ast.AnnAssign) or "ClassVar" in ast.unparse(field.annotation):
            continue
        name = ast.unparse(field.target)
        annotation = ast.unparse(QualifyModels().visit(field.annotation))
        description = " ".join(text_of(docstring).split())
        parameters.append(Parameter(name, annotation, default_of(field.value), description))
    return sorted(parameters, key=lambda parameter: parameter.default is not None)


def text_of(docstring: ast.stmt) -> str:
    """Return the text of the docstring below a field."""
    match docstring:
        case ast.Expr(ast.Constant(str(text))):
            return text
    msg = f"line {docstring.lineno}: a docstring of the field above is missing"
    raise ValueError(msg)


def default_of(value: ast.expr | None) -> str | None:
    """Return the default of a field, in source form; `None` where it has none."""
    if isinstance(value, ast.Call):
        value = next((word.value for word in value.keywords if word.arg == "default"), None)
    return None if value is None else ast.unparse(value)


@frozen
class Function:
    """A function file.

    Attributes:
        path: Where it is.
        operation: What it declares.
        node: Its one async function.
    """

    path: Path
    operation: AnyOperation
    node: ast.AsyncFunctionDef

    @property
    def method(self) -> str:
        """The name of the method that calls it."""
        return self.node.name.removeprefix("marketplace_")

    @property
    def introduction(self) -> str:
        """What its docstring says before `Args:`, which is written by hand."""
        return (ast.get_docstring(self.node) or "").partition("\n\nArgs:\n")[0]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The documented errors: the class, and the statuses with their reason."""
        rows: dict[tuple[str, str], list[str]] = {}
        for status, reason in sorted(self.operation.errors.items()):
            rows.setdefault((error_class_for(status).__name__, reason), []).append(str(status))
        return [(name, f"{', '.join(rows[name, reason])}: {reason}") for name, reason in rows]

    @property
    def value(self) -> str:
        """The annotation of what the method returns."""
        if self.operation.response is None:
            return "None"
        name = f"models.{self.operation.response.__name__}"
        return f"{name} | None" if self.operation.empty_success else name


def read_functions() -> list[Function]:
    """Read the function files."""
    functions = []
    for path in modules_in("funcs"):
        tree = ast.parse(path.read_text())
        node = next(node for node in tree.body if isinstance(node, ast.AsyncFunctionDef))
        functions.append(Function(path, import_module(dotted(path)).OPERATION, node))
    return functions
