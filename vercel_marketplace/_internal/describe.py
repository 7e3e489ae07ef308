"""The names that messages have for values, which may be secrets themselves."""


def describe(value: object) -> str:
    """Return the name of a value's type, or of a class that stands where a value should."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return type(value).__name__


def repr_url(url: str | None) -> str:
    """Return what `repr` shows of a URL: its query may be a key."""
    if url is None:
        return "None"
    base, mark, _ = url.partition("?")
    return repr(f"{base}{mark and '?***'}")
