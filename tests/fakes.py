"""Transports that respond from a list, and the responses for them."""

import json
from typing import Any

from vercel_marketplace import Headers, HTTPRequest, HTTPResponse

TOKEN = "tok_of_the_installation"  # so that a text that holds it is easy to find


def json_response(body, status=200, **headers):
    """Return a response with a JSON body, as the API sends it."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPResponse(
        status,
        headers=Headers({"content-type": "application/json; charset=utf-8"}) | more,
        content=json.dumps(body).encode(),
    )


class FakeTransport:
    """Responds from a list of responses, exceptions to raise and functions of the request.

    Attributes:
        sent: The requests it was given.
        waits: The seconds it was asked to sleep, which it does not.
    """

    def __init__(self, *answers: Any) -> None:
        self.sent: list[HTTPRequest] = []
        self.waits: list[float] = []
        self._answers = [*answers]

    def answers(self, *answers: Any) -> "FakeTransport":
        """Queue entries; the last one is used again and again."""
        self._answers.extend(answers)
        return self

    def send(self, request: HTTPRequest) -> HTTPResponse:
        self.sent.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer = answer(request) if callable(answer) else answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
