"""Why a webhook is refused.

```
WebhookError
├── WebhookSignatureError         nothing shows that Vercel sent it: respond with 401
│   ├── MissingSignatureError     the header is missing or empty
│   ├── MalformedSignatureError   not 40 hexadecimal digits
│   └── SignatureMismatchError    forged, altered, or signed with another secret
└── WebhookBodyError              Vercel sent it, but it cannot be read: respond with 400
    ├── InvalidJSONError          not JSON
    └── InvalidEventError         JSON, but not an event
```

They are not of class `VercelError`, which is for calls to the API. All of them pickle
and copy, and none holds or shows the secret, the signature or a part of the body.
"""

from vercel_marketplace.errors import Issue


class WebhookError(Exception):
    """A webhook that must not be acted on.

    Attributes:
        message: What is wrong with it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WebhookSignatureError(WebhookError):
    """Nothing shows that Vercel sent this. Respond with 401 and do nothing."""


class MissingSignatureError(WebhookSignatureError):
    """There is no signature: the header is missing or empty."""


class MalformedSignatureError(WebhookSignatureError):
    """The signature is not 40 hexadecimal digits, as an HMAC-SHA1 is."""


class SignatureMismatchError(WebhookSignatureError):
    """The signature was not made of this body with any of the secrets.

    It is forged or altered; or the secret is not the integration's client secret; or the body is
    not the one received: it must be the raw bytes, not JSON that was parsed and written again.
    """


class WebhookBodyError(WebhookError):
    """Vercel signed it, but it cannot be read. Respond with 400, and Vercel retries for a day."""


class InvalidJSONError(WebhookBodyError):
    """The body is not JSON in UTF-8, or JSON that is not safe to read.

    A name that occurs twice in one object is not safe, nor is `NaN`, nor nesting or numbers that
    are too much for a parser.
    """


class InvalidEventError(WebhookBodyError):
    """The body is JSON, but lacks what every event has: an `id` and a `type`.

    Attributes:
        issues: What is wrong, and where.
    """

    def __init__(self, message: str, *, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(message)
        self.issues = issues
