"""The package held against an OpenAPI document; `scripts.check_contract` is the command.

`document` and `package` read the two sides into the same plain shapes (`shapes`), `comparing`
finds where they differ, `known` sets aside what is explained, `report` writes the rest down.
"""
