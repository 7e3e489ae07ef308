"""Why a call to the partner did not come to what Vercel expects.

```
PartnerError
├── PartnerUnreachableError   no answer
├── PartnerRefusedError       a 4xx, which may be right: an unknown plan, a forged token
└── PartnerContractError      an answer that Vercel could do nothing with
```

All of them pickle. None shows a token or a secret.
"""

from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPRequest, HTTPResponse


class PartnerError(Exception):
    """A call to the partner that failed.

    Attributes:
        request: What Vercel sent.
        response: What the partner answered; `None` where there was no answer.
        issues: What in it is not as the partner API has it, by its place in the JSON.
    """

    def __init__(
        self, request: HTTPRequest, response: HTTPResponse | None, issues: tuple[Issue, ...]
    ) -> None:
        """Keep what was sent and answered."""
        super().__init__(request, response, issues)
        self.request = request
        self.response = response
        self.issues = issues

    def __str__(self) -> str:
        return "\n".join([self._headline(), *(f"- {issue}" for issue in self.issues)])

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
    """There was no answer.

    Attributes:
        reason: What came instead.
    """

    def __init__(self, request: HTTPRequest, reason: str) -> None:
        """Keep what was sent."""
        super().__init__(request, None, ())
        self.args = (request, reason)
        self.reason = reason

    def _headline(self) -> str:
        return f"{self._call()} had no answer: {self.reason}"


class PartnerRefusedError(PartnerError):
    """The partner said no.

    That may be what it should do. Where it is not in the form of the partner API there are
    `issues`, and a customer in the dashboard would not learn why.

    Attributes:
        status_code: The HTTP status.
        code: The partner's code for it.
        message: What it says to Vercel.
        user_message: What it says to the customer.
        hint: What may be the matter.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what pickle gives back, in order)
        self,
        request: HTTPRequest,
        response: HTTPResponse,
        issues: tuple[Issue, ...],
        code: str | None = None,
        message: str | None = None,
        user_message: str | None = None,
        hint: str = "",
    ) -> None:
        """Keep what was sent and answered."""
        super().__init__(request, response, issues)
        self.args = (request, response, issues, code, message, user_message, hint)
        self.status_code = response.status_code
        self.code = code
        self.message = message
        self.user_message = user_message
        self.hint = hint

    def _headline(self) -> str:
        said = ": ".join(text for text in (self.code, self.message) if text)
        refused = f"{self._call()} was refused with {self._status()}"
        return refused + (f" ({said})" if said else "") + (f". {self.hint}" if self.hint else "")


class PartnerContractError(PartnerError):
    """The partner answered with what Vercel could do nothing with; `issues` says what it is."""
