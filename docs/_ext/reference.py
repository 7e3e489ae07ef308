"""Reads the package's docstrings and signatures: Markdown, and names that may be links."""

import ast
import builtins
import re
from collections.abc import Iterable
from inspect import getsource, isfunction
from textwrap import dedent
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

_LONG = 100

_FENCE = re.compile(r"^( *)```(\w*)$")
_TABLE_ROW = re.compile(r"^( *)\| (.*) \|$")
_TABLE_RULE = re.compile(r"^ *\|( -+ \|)+$")
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_URL = re.compile(r"<(https?://[^>]+)>")


def markdown_to_rest(
    _app: Sphinx,
    what: str,
    _name: str,
    _obj: object,
    _options: object,
    lines: list[str],
) -> None:
    """Turn what the docstrings have of Markdown into what Sphinx reads, before napoleon does."""
    rest = to_rest(lines)
    # An empty comment, so that napoleon does not take what stands before a colon for a type.
    lines[:] = ["..", "", *rest] if what in {"attribute", "data", "property"} else rest


def to_rest(lines: Iterable[str]) -> list[str]:
    """Turn Markdown's fences, tables, code and links into reStructuredText."""
    rest: list[str] = []
    fence = table = None
    for line in lines:
        if found := _FENCE.match(line):
            fence = None if fence is not None else found[1]
            if fence is not None:
                rest += ["", f"{fence}.. code-block:: {found[2] or 'text'}", ""]
        elif fence is not None:
            rest.append(f"   {line}")
        elif row := _TABLE_ROW.match(line):
            if table is None:
                table = row[1]
                rest += [
                    "",
                    f"{table}.. list-table::",
                    f"{table}   :header-rows: 1",
                    "",
                ]
            if not _TABLE_RULE.match(line):
                cells = inline(row[2]).split(" | ")
                rest.append(f"{table}   * - {cells[0]}")
                rest += [f"{table}     - {cell}" for cell in cells[1:]]
        else:
            table = None
            rest.append(inline(line))
    return rest


def inline(text: str) -> str:
    """Code and URLs within a line; a name stays for `default_role` to link."""
    text = _CODE.sub(
        lambda code: code[0] if _NAME.fullmatch(code[1]) else f"`{code[0]}`", text
    )
    return _URL.sub(r"\1", text)


def shorten_signature(
    _app: Sphinx,
    _what: str,
    name: str,
    obj: Any,
    _options: object,
    signature: str | None,
    result: str | None,
) -> tuple[str, str | None] | None:
    """Leave out what says nothing."""
    if signature is None:
        return None
    signature = signature.replace("NOTHING", "...").replace("models.", "")
    if isfunction(obj) and (".funcs." in name or len(result or "") > _LONG):
        # As in the source: the name of a union, and not its members.
        function = ast.parse(dedent(getsource(obj))).body[0]
        named = ast.unparse(function.returns)
        result = result if "MaybeAwaitable" in named else named  # that is not public
    return signature, result and result.replace("models.", "")


def resolve_by_last_name(
    app: Sphinx, env: Any, node: nodes.Element, content: nodes.Element
) -> nodes.Element | None:
    """Find what an annotation or docstring names by its last part alone, where only one has it.

    Annotations name classes by the module that imports them, or by no module at all. The partner
    API has some names of the Marketplace API's, which its own page means.
    """
    if node.get("refdomain") != "py":
        return None
    name = node["reftarget"].rpartition(".")[2]
    found = {
        full: entry
        for full, entry in env.domains["py"].objects.items()
        if full.rpartition(".")[2] == name
        and not entry.aliased
        and entry.objtype != "module"
        and (entry.objtype != "attribute" or name[0].isupper())  # an alias, not a field
        # A bare `send` in a text may be somebody else's method, such as httpx's.
        and (entry.objtype not in {"method", "property"} or "." in node["reftarget"])
    }
    if len(found) > 1:
        is_partner = node["refdoc"].endswith("/partner")
        found = {
            full: entry
            for full, entry in found.items()
            if (".partner." in full) == is_partner
        }
    if len(found) != 1:
        return None
    ((full, entry),) = found.items()
    return make_refnode(
        app.builder, node["refdoc"], entry.docname, entry.node_id, content, full
    )


def leave_what_is_not_ours(_app: Sphinx, doctree: nodes.document) -> None:
    """Unlink `type` and its like in signatures: models have fields of that name.

    In a text, a bare name in lower case is not a method of the class around it: the `send` that
    `http_client` must have is httpx's.
    """
    for node in list(doctree.findall(addnodes.pending_xref)):
        name = node["reftarget"]
        if name.islower() and hasattr(builtins, name):
            node.replace_self(node.children)
        elif node.get("reftype") == "obj" and "." not in name and name == name.lower():
            node["py:class"] = None


def setup(app: Sphinx) -> dict[str, Any]:
    """Attach it."""
    app.connect("autodoc-process-docstring", markdown_to_rest, priority=400)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("doctree-read", leave_what_is_not_ours)
    app.connect("missing-reference", resolve_by_last_name)
    return {"parallel_read_safe": True}
