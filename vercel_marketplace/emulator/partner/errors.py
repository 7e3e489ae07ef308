"""Why a call to the partner did not come to what Vercel expects.

```
PartnerError
├── PartnerUnreachableError   no answer
├── PartnerRefusedError       a 4xx, which may be right: an unknown plan, a forged token
└── PartnerContractError      an answer that Vercel could do nothing with
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
        response: What the partner answered; `None` where there was no answer.
        issues: What in it is not as the partner API has it, by its place in the JSON.
        detail: What the partner said, with secrets redacted.
        hint: What may be the matter.
    """

    def __init__(
        self,
        request: HTTPRequest,
        response: HTTPResponse | None,
        issues: tuple[Issue, ...] = (),
        detail: str = "",
        hint: str = "",
    ) -> None:
        """Keep what was sent and answered."""
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
        # Not that of the arguments: a header of the answer may echo the token.
        return f"{type(self).__name__}({str(self)!r})"

    def _headline(self) -> str:
        return f"{self._call()} was answered with {self._status()}, not as Vercel expects it"

    def _call(self) -> str:
        return f"{self.request.method} {self.request.url}"

    def _status(self) -> int:
        return 0 if self.response is None else self.response.status_code


class PartnerUnreachableError(PartnerError):
    """There was no answer; `detail` is what came instead."""

    def _headline(self) -> str:
        return f"{self._call()} had no answer"


class PartnerRefusedError(PartnerError):
    """The partner said no.

    That may be what it should do. Where it is not in the form of the partner API there are
    `issues`, and a customer in the dashboard would not learn why.

    Attributes:
        status_code: The HTTP status.
        code: The partner's code for it.
        message: What it says to Vercel.
        user_message: What it says to the customer.
        fields: What it says of single fields, by their names.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what pickle gives back, in order)
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
        """Keep what was sent and answered."""
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
    """The partner answered with what Vercel could do nothing with; `issues` says what it is."""
