"""The errors of a call to the partner.

```
PartnerError
├── PartnerUnreachableError   no response
├── PartnerRefusedError       a 4xx, which may be right: an unknown plan, a forged token
└── PartnerContractError      a response that does not match the partner API
```

All of them pickle. None shows a token or a secret.
"""

from typing import Any, Final

from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPRequest, HTTPResponse

_MAX_CHARS: Final = 200


class PartnerError(Exception):
    """A call to the partner that failed.

    Attributes:
        request: What Vercel sent.
        response: The partner's response; `None` if there was none.
        issues: What in it does not match the partner API, by its path in the JSON.
        detail: What the partner said, with secrets redacted.
        hint: What to check.
    """

    def __init__(
        self,
        request: HTTPRequest,
        response: HTTPResponse | None,
        issues: tuple[Issue, ...] = (),
        detail: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(request, response, issues, detail, hint)
        self.request = request
        self.response = response
        self.issues = issues
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        detail = " ".join(self.detail.split())[:_MAX_CHARS]
        headline = self._headline() + (f": {detail}" if detail else "")
        hint = [self.hint] if self.hint else []
        return "\n".join([headline, *hint, *(f"- {issue}" for issue in self.issues)])

    def __repr__(self) -> str:
        # Not that of the arguments: a header of the response may echo the token.
        return f"{type(self).__name__}({str(self)!r})"

    def _headline(self) -> str:
        return f"{self._call()} returned {self._status()}, not as Vercel expects it"

    def _call(self) -> str:
        # Without the query, in which a base URL may have a key.
        return f"{self.request.method} {self.request.url.partition('?')[0]}"

    def _status(self) -> int:
        return 0 if self.response is None else self.response.status_code


class PartnerUnreachableError(PartnerError):
    """There was no response; `detail` says why."""

    def _headline(self) -> str:
        return f"{self._call()} had no response"


class PartnerRefusedError(PartnerError):
    """The partner refused the request.

    That may be right. If the body does not match the partner API there are `issues`, and a
    customer in the dashboard would not learn why.

    Attributes:
        status_code: The HTTP status.
        code: The error's code.
        message: The message to Vercel.
        user_message: The message to the customer.
        fields: The messages about single fields, by their names.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the order in which pickle passes them)
        self,
        request: HTTPRequest,
        response: HTTPResponse,
        issues: tuple[Issue, ...] = (),
        detail: str = "",
        hint: str = "",
        code: str | None = None,
        message: str | None = None,
        user_message: str | None = None,
        fields: tuple[Issue, ...] = (),
    ) -> None:
        super().__init__(request, response, issues, detail, hint)
        self.args: tuple[Any, ...] = (*self.args, code, message, user_message, fields)
        self.status_code: int = response.status_code
        self.code = code
        self.message = message
        self.user_message = user_message
        self.fields = fields

    def _headline(self) -> str:
        return f"{self._call()} was refused with {self._status()}"


class PartnerContractError(PartnerError):
    """The partner's response does not match the partner API; `issues` says where."""
