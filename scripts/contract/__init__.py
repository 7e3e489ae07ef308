"""Compares the package with an OpenAPI document; `scripts.check_contract` is the command.

`openapi` reads a document, the given one or the package's own, into operations, and `schema` its
schemas into facts: what is true, by place. `diff_operations` and `diff_schemas` find where two
documents differ, and `allowlist` sets aside what is meant to.
"""
