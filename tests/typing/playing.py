"""What type checkers read off the emulator's tokens and webhooks; never run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_type

from vercel_marketplace import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.emulator import Emulator, WebhookAttempt, WebhookDelivery
from vercel_marketplace.emulator.partner import PartnerClient, PartnerError, PartnerInstallation
from vercel_marketplace.errors import Issue
from vercel_marketplace.models import Secret
from vercel_marketplace.tokens import TokenVerifier


def tokens(emulator: Emulator) -> None:
    """Tokens are text, for the emulator's own installation and for others."""
    assert_type(emulator.tokens.user_token(member_id="usr_1", expires_in=60), str)
    assert_type(emulator.installations.add().tokens.system_token(claims={"aud": "a"}), str)
    assert_type(emulator.tokens.jwks, dict[str, Any])
    TokenVerifier("a", transport=emulator.transport(), clock=emulator.clock.timestamp)


def receivers(emulator: Emulator) -> None:
    """A function that receives webhooks stays the function that it is."""

    @emulator.webhooks.subscribe
    def status(request: HTTPRequest) -> int:
        return len(request.url)

    assert_type(status(HTTPRequest(method="POST", url="a")), int)
    received: list[HTTPRequest] = []
    emulator.webhooks.subscribe(received.append)

    @emulator.webhooks.subscribe
    def response(_: HTTPRequest) -> HTTPResponse:
        return HTTPResponse(204)

    assert_type(response(HTTPRequest(method="POST", url="a")), HTTPResponse)
    emulator.webhooks.send_to("https://partner.example", timeout=1)
    assert_type(emulator.webhooks.urls, list[str])
    emulator.webhooks.stop_sending_to("https://partner.example")
    emulator.webhooks.subscribe(len)  # type: ignore[type-var] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (a request has no length)


def deliveries(emulator: Emulator) -> None:
    """The attempts of a webhook are plain fields."""
    assert_type(emulator.webhooks.deliveries, list[WebhookDelivery])
    for webhook in emulator.webhooks.deliveries:
        assert_type(webhook.next_attempt, datetime | None)
        assert_type(webhook.attempts, tuple[WebhookAttempt, ...])
        assert_type([one.status for one in webhook.attempts], list[int | None])


def partner(emulator: Emulator, transport: Transport) -> None:
    """A method returns the partner's response, and raises the error of its own shape."""
    connected = emulator.partner("https://partner.example", timeout=1, transport=transport)
    assert_type(connected, PartnerClient)
    assert_type(connected.install(), PartnerInstallation)
    assert_type(connected.rotate_secrets("db_1").secrets, Sequence[Secret] | None)
    try:
        provisioned = connected.provision_resource(name="orders", billing_plan_id="pro")
    except PartnerError as error:
        assert_type(error.issues, tuple[Issue, ...])
        assert_type(error.response, HTTPResponse | None)
    else:
        assert_type(provisioned.secrets, Sequence[Secret])
    connected.rotate_secrets("db_1", kind="admin")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (no such token)
    connected.provision_resource("orders", "pro")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] # ty: ignore[missing-argument,too-many-positional-arguments] (which is which?)


def team(emulator: Emulator) -> None:
    """Projects and members are named by keywords where there are several."""
    emulator.team.connect_project("prj_1", resource_id="db_1", name="shop", targets=["preview"])
    emulator.team.disconnect_project("prj_1", resource_id="db_1")
    emulator.team.remove_member("usr_1")
    emulator.team.disconnect_project("prj_1", "db_1")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] # ty: ignore[missing-argument,too-many-positional-arguments] (which of the two?)
