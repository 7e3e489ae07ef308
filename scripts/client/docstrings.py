"""Writes the docstrings of functions and of methods, from the operation's data."""

import textwrap

from scripts.client.operations import Function, Parameter

WIDTH = 92  # of the text, less its indentation


def entry(name: str, text: str) -> str:
    """Format an entry of a section."""
    return textwrap.fill(
        f"{name}: {text}", WIDTH, initial_indent="    ", subsequent_indent="        "
    )


def function_docstring(function: Function) -> str:
    """Complete the docstring of a function."""
    operation = function.operation
    returns = f"`Ok` with {operation.returns}" if operation.returns else "`Ok(None)`"
    lines = [
        function.introduction,
        "",
        "Args:",
        entry("core", "Configuration and transport."),
        entry("request", "The parameters of the operation."),
        entry("options", "Overrides for this call."),
        "",
        "Returns:",
        textwrap.indent(textwrap.fill(f"{returns}. Or `Err` with one of:", WIDTH - 4), "    "),
        "",
        "    | error | when |",
        "    | --- | --- |",
        *(f"    | `{name}` | {reason} |" for name, reason in function.errors),
        "    | `CallError` | anything that every call can fail with |",
        "",
        f"API page: <{operation.api_page}>",
    ]
    return "\n".join(lines)


def method_docstring(function: Function, parameters: list[Parameter]) -> str:
    """Write the docstring of a method."""
    returns = function.operation.returns
    paragraphs = function.introduction.replace("`marketplace_", "`").split("\n\n")
    lines = ["\n\n".join(textwrap.fill(text, WIDTH) for text in paragraphs), "", "Args:"]
    lines += [entry(parameter.name, parameter.description) for parameter in parameters]
    lines += [entry("options", "Overrides for this call."), ""]
    if returns:
        returns = textwrap.fill(f"{returns[0].upper()}{returns[1:]}.", WIDTH - 4)
        lines += ["Returns:", textwrap.indent(returns, "    "), ""]
    lines += ["Raises:", *(entry(name, f"{reason}.") for name, reason in function.errors)]
    lines += [
        entry("VercelError", "What every call can fail with; see `vercel_marketplace.errors`.")
    ]
    lines += ["", f"API page: <{function.operation.api_page}>"]
    return "\n".join(lines)


def function_source(function: Function) -> str:
    """Return a function file with a complete docstring."""
    lines = function.path.read_text().splitlines()
    present = function.node.body[0]
    docstring = f'"""{function_docstring(function)}\n"""'
    lines[present.lineno - 1 : present.end_lineno] = [textwrap.indent(docstring, "    ")]
    return "\n".join(lines) + "\n"
