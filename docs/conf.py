"""Builds the documentation: `nox -s docs`."""

import builtins
import re
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from vercel_marketplace import __version__

project = "vercel-marketplace"
author = "The vercel-marketplace authors"
copyright = "2026, the vercel-marketplace authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["sphinx_copybutton", "sphinx_design", "diagrams", "tables"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build", "_ext", "_static"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_title = f"vercel-marketplace {release}"
html_theme_options = {"navigation_with_keys": True}
myst_heading_anchors = 3

default_role = "py:obj"  # in docstrings, a name in single backticks is a link where it can be
nitpicky = True
nitpick_ignore_regex = [
    ("py:obj", ".*"),  # most of them are just code
    ("py:.*", r"(.*\.)?(T|T_co|E|E_co|F|Q|U|V|ModelT|RequestT|ValueT)"),  # type variables
    ("py:.*", r"(builtins\.)?[a-z]\w*"),  # str, bool, object: no network, no inventory of Python's
    ("py:.*", r"([A-Z]\w*(Error|Exception|Warning)|TypeError, ValueError)"),
    ("py:.*", r"(collections\.abc|contextlib|datetime|decimal|os|sqlite3)\..*"),
    ("py:.*", r"(types|typing|typing_extensions)\..*"),
    (
        "py:.*",
        r"(Any|Awaitable|Callable(\[\[\])?|Decimal|ClassVar|Literal|Self|Sequence|TracebackType)",
    ),
    ("py:.*", r"attr\.AttrsInstance"),  # no inventory of attrs
    ("py:.*", r"opentelemetry\..*"),  # nor of OpenTelemetry
    ("py:.*", r"(.*\.)?(Operation|AnyOperation|Field|Outcome|ProjectConnection)"),  # not public
    ("py:.*", r"(.*\.)?(ASGI|WSGI)?Application"),  # the same
]

python_maximum_signature_line_length = 72  # a longer one has a parameter a line
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "no-value": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_attr_annotations = False  # the signature has them
napoleon_use_ivar = True
napoleon_custom_sections = ["Returns"]  # prose and tables, which the default reads as a type

_FENCE = re.compile(r"^( *)```(\w*)$")
_TABLE_ROW = re.compile(r"^( *)\| (.*) \|$")
_TABLE_RULE = re.compile(r"^ *\|( -+ \|)+$")
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_URL = re.compile(r"<(https?://[^>]+)>")


def markdown_to_rest(
    _app: Sphinx, what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Turn what the docstrings have of Markdown into what Sphinx reads, before napoleon does."""
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
                rest += ["", f"{table}.. list-table::", f"{table}   :header-rows: 1", ""]
            if not _TABLE_RULE.match(line):
                cells = inline(row[2]).split(" | ")
                rest.append(f"{table}   * - {cells[0]}")
                rest += [f"{table}     - {cell}" for cell in cells[1:]]
        else:
            table = None
            rest.append(inline(line))
    # An empty comment, so that napoleon does not take what stands before a colon for a type.
    lines[:] = ["..", "", *rest] if what in {"attribute", "data", "property"} else rest


def inline(text: str) -> str:
    """Code and URLs within a line; a name stays for `default_role` to link."""
    text = _CODE.sub(lambda code: code[0] if _NAME.fullmatch(code[1]) else f"`{code[0]}`", text)
    return _URL.sub(r"\1", text)


def shorten_signature(
    _app: Sphinx,
    _what: str,
    name: str,
    _obj: object,
    _options: object,
    signature: str | None,
    result: str | None,
) -> tuple[str, str | None] | None:
    """Leave out what says nothing, and the unions that a function's table says better."""
    if signature is None:
        return None
    signature = signature.replace("NOTHING", "...").replace("models.", "")
    if result is None or ".funcs." in name:
        return signature, None
    return signature, result.replace("models.", "")


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
            full: entry for full, entry in found.items() if (".partner." in full) == is_partner
        }
    if len(found) != 1:
        return None
    ((full, entry),) = found.items()
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, content, full)


def leave_builtins(_app: Sphinx, doctree: nodes.document) -> None:
    """Unlink `type` and its like in signatures: models have fields of that name."""
    for node in list(doctree.findall(addnodes.pending_xref)):
        name = node["reftarget"]
        if name.islower() and hasattr(builtins, name):
            node.replace_self(node.children)


def setup(app: Sphinx) -> None:
    """Attach them."""
    app.connect("autodoc-process-docstring", markdown_to_rest, priority=400)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("doctree-read", leave_builtins)
    app.connect("missing-reference", resolve_by_last_name)
