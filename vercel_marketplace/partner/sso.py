"""The redirect of a user who opens the partner's product from Vercel's dashboard. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import parse_qsl

from attrs import field, fields_dict, frozen

from vercel_marketplace._internal.schema import is_object
from vercel_marketplace.models._fields import mask

SSOPath: TypeAlias = Literal["billing", "usage", "onboarding", "support", "secrets"]
"""The known parts of a product that Vercel's dashboard links to. Expect more."""

_MAX_PARAMETERS: Final = 100
_REQUIRED: Final = ("code", "state")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

# Narrower than what browsers accept, so that they cannot read another host out of a URL: no user
# and password, no backslash, no white space or control character, nothing but ASCII.
_HOST: Final = r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
_FLAGS: Final = re.ASCII | re.IGNORECASE  # without ASCII, some letters beyond it match s and k
_URL: Final = re.compile(rf"(https?)://{_HOST}(?:[/?#][a-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?", _FLAGS)
_ALLOWED_HOST: Final = re.compile(_HOST, _FLAGS)


class SSORedirectError(ValueError):
    """A redirect that Vercel does not send, or a URL that leads elsewhere: respond with 400.

    No value of a parameter is in its text.

    Attributes:
        message: What is wrong.
        parameter: The parameter that is wrong; empty for the query as a whole.
    """

    def __init__(self, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.parameter = parameter


def _repr_count(value: Mapping[str, object]) -> str:
    """Return what `repr` shows of parameters that may hold anything: how many there are."""
    return f"<{len(value)} more>"


@frozen(kw_only=True)
class SSORedirect:
    """What Vercel sends with a user to the Redirect Login URL of an integration.

    ```python
    redirect = SSORedirect.parse("mode=sso&code=c&state=s&resource_id=db_1&path=billing")
    assert (redirect.resource_id, redirect.path) == ("db_1", "billing")
    ```

    All of it has passed through the user's browser, and anybody can make such a link. `sign_in`
    finds out who the user is, and for which installation. The ids here only say what the user
    wants to see: look each of them up among what that installation has.

    Attributes:
        mode: Always `"sso"`.
        code: The code to exchange; it works once. Hidden by `repr`.
        state: What Vercel expects back with the code. Hidden by `repr`.
        product_id: The product, by the partner's id.
        resource_id: The resource, by the partner's id.
        project_id: The project, `prj_…`.
        check_id: The check, `chk_…`.
        experimentation_item_id: The flag or experiment, by the partner's id.
        invoice_id: The invoice, by the partner's id.
        pr: The address of a pull request; not checked.
        path: The part of the product. Expect more than the known ones.
        url: Where the user wants to go; not checked. Use `target`.
        support: Whether the user followed a link to the partner's support.
        others: The parameters that have no field here, as they came, such as those of the
            Redirect Login URL's own query. `repr` shows how many there are.
    """

    mode: Literal["sso"] = "sso"
    code: str = field(repr=mask)
    state: str = field(repr=mask)
    product_id: str | None = None
    resource_id: str | None = None
    project_id: str | None = None
    check_id: str | None = None
    experimentation_item_id: str | None = None
    invoice_id: str | None = None
    pr: str | None = None
    path: SSOPath | str | None = None
    url: str | None = None
    support: bool = False
    others: Mapping[str, str] = field(factory=dict[str, str], repr=_repr_count, hash=False)

    @classmethod
    def parse(cls, query: str | Mapping[str, str]) -> "SSORedirect":
        """Read a query.

        Args:
            query: The query string, with or without its `?`, or what a framework has made of it:
                Starlette's `query_params`, Django's `GET`, Werkzeug's `args`, or a dict.

        Raises:
            SSORedirectError: A parameter is missing, empty or given more than once, `mode` is not
                `sso`, or the query cannot be read.
            TypeError: `query` is neither a string nor a mapping of strings.
        """
        found = _read(query)
        del query  # a traceback remembers it
        if isinstance(found, SSORedirectError):
            raise found
        return cls(**found)

    def target(self, *, allowed_hosts: Iterable[str]) -> str | None:
        """Return `url` if it leads to one of the partner's own hosts; `None` if there is none.

        Only `https` is accepted, and `http` for `localhost`, `127.0.0.1` and `[::1]`. The URL is
        returned as it came, and any browser goes to that host. What the page there does is for
        the partner to think of: do not list a host with a page that redirects anywhere.

        Args:
            allowed_hosts: The hosts, such as `"app.acme.example"`, each for the default port
                alone, or with a port: `"localhost:3000"`. No subdomains, no wildcards; a name
                beyond ASCII as `xn--…`.

        Raises:
            SSORedirectError: The URL leads elsewhere, is relative, or is not written plainly.
            TypeError, ValueError: `allowed_hosts` is a string, or holds what is not a host.
        """
        allowed = [*_read_hosts(allowed_hosts)]
        if self.url is None:
            return None
        match = _URL.fullmatch(self.url)
        if match is None:
            msg = "url must be an absolute https URL in ASCII, without a user and password"
            raise SSORedirectError(msg, "url")
        scheme, host = match[1].lower(), match[2].lower()
        if scheme == "http" and host not in _LOOPBACK:
            msg = "url must be https"
            raise SSORedirectError(msg, "url")
        port = int(match[3] or _DEFAULT_PORTS[scheme])
        if (host, port) not in {(name, own or _DEFAULT_PORTS[scheme]) for name, own in allowed}:
            msg = "url leads to a host, or a port, that is not in allowed_hosts"
            raise SSORedirectError(msg, "url")
        return self.url


_KNOWN: Final = frozenset(fields_dict(SSORedirect)) - {"others"}


def _read_hosts(allowed_hosts: Iterable[str]) -> Iterable[tuple[str, int | None]]:
    """Yield the hosts, and the port of each if it has one."""
    if isinstance(allowed_hosts, str):
        msg = "allowed_hosts must be a list of hosts, got str"
        raise TypeError(msg)
    for entry in allowed_hosts:
        match = _ALLOWED_HOST.fullmatch(entry)
        if match is None:
            msg = f'allowed_hosts must hold hosts such as "app.acme.example", not {entry!r}'
            raise ValueError(msg)
        yield match[1].lower(), int(match[2]) if match[2] else None


def _read(query: object) -> dict[str, Any] | SSORedirectError:
    """Return the fields of a query's redirect, or what is wrong with the query."""
    values: dict[str, str] = {}
    pairs = _read_pairs(query)
    if pairs is None:
        return SSORedirectError("the query is not percent-encoded UTF-8, or is too long")
    for name, value in pairs:
        if name in values:  # of which two programs may see different ones
            known_name = name if name in _KNOWN else ""
            return SSORedirectError(f"{known_name or 'a parameter'} is given twice", known_name)
        values[name] = value
    # An empty parameter says as much as none.
    known = {name: values.pop(name, "") or None for name in _KNOWN}
    if known["mode"] != "sso":
        return SSORedirectError(
            "mode must be sso; is this the query of the Redirect Login URL?", "mode"
        )
    for name in _REQUIRED:
        if known[name] is None:
            return SSORedirectError(f"{name} is missing", name)
    return {**known, "support": known["support"] == "true", "others": values}


def _read_pairs(query: object) -> list[tuple[str, str]] | None:
    """Return the parameters of a query, and their values; `None` if it cannot be read."""
    if isinstance(query, str):
        try:
            return parse_qsl(
                query.removeprefix("?"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MAX_PARAMETERS,
            )
        except ValueError:
            return None
    if not is_object(query):
        msg = f"query must be a str or a mapping, got {type(query).__name__}"
        raise TypeError(msg)
    pairs = [(name, value) for name in query for value in _values_of(query, name)]
    for text in chain.from_iterable(pairs):
        if not isinstance(text, str):
            msg = f"query must map strings to strings, got {type(text).__name__}"
            raise TypeError(msg)
    return pairs


def _values_of(mapping: Any, name: object) -> Iterable[Any]:
    """Return all values of a parameter: the mappings of some frameworks show only one of them."""
    get_all: Callable[[object], Iterable[Any]] | None = getattr(mapping, "getlist", None)
    return [mapping[name]] if get_all is None else get_all(name)
