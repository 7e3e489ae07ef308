"""Why a webhook is refused.

```
WebhookError
├── WebhookSignatureError         nothing shows that it is Vercel's: answer 401
│   ├── MissingSignatureError     no header, or an empty one
│   ├── MalformedSignatureError   not the 40 hexadecimal digits of an HMAC-SHA1
│   └── SignatureMismatchError    forged, altered, or signed with another secret
└── WebhookBodyError              Vercel's, but cannot be read: answer 400
    ├── InvalidJSONError          not JSON
    └── InvalidEventError         JSON, but not an event
```

They are no `VercelError`: that is what a call comes to, and here nobody called. All of them pickle
and copy, and none holds or shows the secret, the signature or anything of the body.
"""

from vercel_marketplace.errors import Issue


class WebhookError(Exception):
    """A webhook that is not to be acted on.

    Attributes:
        message: What is wrong with it.
    """

    def __init__(self, message: str) -> None:
        """Keep the message."""
        super().__init__(message)
        self.message = message


class WebhookSignatureError(WebhookError):
    """Nothing shows that Vercel sent this. Answer 401 and do nothing."""


class MissingSignatureError(WebhookSignatureError):
    """There is no signature: the header is not there, or empty."""


class MalformedSignatureError(WebhookSignatureError):
    """The signature is not the 40 hexadecimal digits of an HMAC-SHA1."""


class SignatureMismatchError(WebhookSignatureError):
    """The signature was not made of this body with any of the secrets.

    Forged or altered; or the secret is not the integration's client secret; or the body is
    not what came in: it has to be the raw bytes, not JSON that was parsed and written anew.
    """


class WebhookBodyError(WebhookError):
    """Vercel signed it, but it cannot be read. Answer 400, and Vercel tries again for a day."""


class InvalidJSONError(WebhookBodyError):
    """The body is not JSON in UTF-8, or JSON that is not safe to read.

    Not safe is a name that occurs twice in one object, `NaN`, or what is too deep or too long
    for a parser.
    """


class InvalidEventError(WebhookBodyError):
    """The body is JSON, but lacks what every event has: an `id`, a `type`, a `createdAt`.

    Attributes:
        issues: What is wrong, place by place.
    """

    def __init__(self, message: str, *, issues: tuple[Issue, ...] = ()) -> None:
        """Keep the issues."""
        super().__init__(message)
        self.issues = issues
