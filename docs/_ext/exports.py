"""The directive `exports PACKAGE MODULE …`: what a package exports of its modules.

Each name is shown as it is imported, `vercel_marketplace.models.Invoice`, and not by the module
that defines it. The order is that of the source, with functions first.
"""

import ast
from importlib import import_module
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from reference import to_rest
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class Exports(SphinxDirective):
    """Documents the exported names of modules."""

    required_arguments = 2
    optional_arguments = 40

    def run(self) -> list[nodes.Node]:
        """Return the entries."""
        package, *modules = self.arguments
        exported = set(import_module(package).__all__)
        lines: list[str] = []
        for module in modules:
            tree = ast.parse(getsource(import_module(f"{package}.{module}")))
            if len(modules) == 1:
                lines += [*to_rest((ast.get_docstring(tree) or "").splitlines()), ""]
            body = [*tree.body, ast.Pass()]
            entries = [
                (node, after)
                for node, after in pairwise(body)
                if _name(node) in exported
            ]
            for node, after in sorted(
                entries, key=lambda e: not isinstance(e[0], _FUNCTION)
            ):
                lines += _entry(package, node, after)
        container = nodes.container()
        self.state.nested_parse(
            StringList(lines, source=package), self.content_offset, container
        )
        return container.children


def _name(node: ast.stmt) -> str | None:
    match node:
        case (
            ast.ClassDef(name=name)
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
        ):
            return name
        case (
            ast.AnnAssign(target=ast.Name(id=name))
            | ast.Assign(targets=[ast.Name(id=name)])
        ):
            return name
    return None


def _entry(package: str, node: ast.stmt, after: ast.stmt) -> list[str]:
    name = _name(node)
    if isinstance(node, ast.ClassDef):
        return [f".. autoclass:: {package}.{name}", ""]
    if isinstance(node, _FUNCTION):
        return [f".. autofunction:: {package}.{name}", ""]
    lines = [f".. py:data:: {name}", f"   :module: {package}"]
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
        lines = [f".. py:type:: {name}", f"   :module: {package}"]
        lines += [f"   :canonical: {ast.unparse(node.value)}"] if node.value else []
    match after:
        case ast.Expr(value=ast.Constant(value=str(text))):
            lines += [
                "",
                *(f"   {line}" for line in to_rest(cleandoc(text).splitlines())),
            ]
    return [*lines, ""]


def setup(app: Sphinx) -> dict[str, Any]:
    """Attach it."""
    app.add_directive("exports", Exports)
    return {"parallel_read_safe": True}
