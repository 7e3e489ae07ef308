"""The names that messages have for values, which may be secrets themselves."""


def describe(value: object) -> str:
    """Return the name of a value's type, or of a class that stands where a value should."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return type(value).__name__
