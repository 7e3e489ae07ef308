"""Builds the documentation: `nox -s docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from vercel_marketplace import __version__

project = "vercel-marketplace"
author = "The vercel-marketplace authors"
copyright = "2026, the vercel-marketplace authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["sphinx_copybutton", "sphinx_design", "diagrams", "exports", "reference", "tables"]
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
