"""A partner's Django project in one file: tokens in the database, views, and the partner API."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            "OPTIONS": {"timeout": 20},
        }
    },
    REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    ROOT_URLCONF=__name__,
    SECRET_KEY="of tests",
    USE_TZ=True,
)
django.setup()

# What follows needs the settings.
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.urls import path
from marketplace import INSTALLATION, TOKEN, URL, read_account
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vercel_marketplace import CallContext, SyncVercel, UnexpectedClientError, Vercel
from vercel_marketplace.tokens import SyncTokenVerifier, TokenError


class Installation(models.Model):
    """A customer, with the token of its installation."""

    id = models.CharField(max_length=64, primary_key=True)
    token = models.CharField(max_length=256)

    class Meta:
        """Of no application: the project is this file."""

        app_label = "site"


# The clients ---------------------------------------------------------------------------


def token_for(call: CallContext) -> str:
    """Read the token of an installation."""
    return Installation.objects.get(pk=call.integration_configuration_id).token


async def token_for_async(call: CallContext) -> str:
    """Read the token of an installation in an event loop."""
    return (await Installation.objects.aget(pk=call.integration_configuration_id)).token


blocking = SyncVercel(bearer_token=token_for, server_url=URL)
asynchronous = Vercel(bearer_token=token_for_async, server_url=URL)
in_a_thread = Vercel(bearer_token=sync_to_async(token_for), server_url=URL)
mistaken = Vercel(bearer_token=token_for, server_url=URL)
verifier = SyncTokenVerifier(os.environ["CLIENT_ID"], jwks_url=f"{URL}/.well-known/jwks")


# Views ---------------------------------------------------------------------------------


def view(request: HttpRequest, installation_id: str) -> JsonResponse:
    """A view."""
    account = blocking.marketplace.get_account_info(integration_configuration_id=installation_id)
    return JsonResponse({"name": account.name})


def as_view(client: Vercel) -> Any:
    """Make an async view that calls with a client."""

    async def async_view(request: HttpRequest, installation_id: str) -> JsonResponse:
        try:
            account = await client.marketplace.get_account_info(
                integration_configuration_id=installation_id
            )
        except UnexpectedClientError as error:
            return JsonResponse({"error": str(error), "sent": error.request_sent}, status=500)
        return JsonResponse({"name": account.name})

    return async_view


# The partner API -----------------------------------------------------------------------


class VercelAuthentication(BaseAuthentication):
    """Lets in who Vercel says is calling."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        """Verify the token of the call."""
        try:
            claims = verifier.verify_call(
                request.headers.get("authorization"),
                request.headers.get("x-vercel-auth"),
                installation_id=request.parser_context["kwargs"]["installation_id"],
            )
        except TokenError as error:
            raise AuthenticationFailed(error.check) from error
        return claims, None

    def authenticate_header(self, request: Request) -> str:
        """Make a refusal a 401: without this method, DRF turns it into a 403."""
        return "Bearer"


class WithoutHeader(VercelAuthentication):
    """Without `authenticate_header`."""

    def authenticate_header(self, request: Request) -> None:
        """Say nothing, as `BaseAuthentication` does."""


class IsVercel(BasePermission):
    """Whoever is authenticated: claims are not a user of Django."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether there are claims."""
        return request.user is not None


class InstallationView(APIView):
    """Where Vercel installs the product, and removes it."""

    authentication_classes = (VercelAuthentication,)
    permission_classes = (IsVercel,)

    def put(self, request: Request, installation_id: str) -> Response:
        """Keep the token of the installation."""
        token = request.data["credentials"]["access_token"]
        Installation.objects.update_or_create(pk=installation_id, defaults={"token": token})
        return Response(status=204)


urlpatterns = [
    path("view/<installation_id>", view),
    path("async/<installation_id>", as_view(asynchronous)),
    path("in-a-thread/<installation_id>", as_view(in_a_thread)),
    path("mistaken/<installation_id>", as_view(mistaken)),
    path("v1/installations/<installation_id>", InstallationView.as_view()),
    path(
        "without/v1/installations/<installation_id>",
        InstallationView.as_view(authentication_classes=(WithoutHeader,)),
    ),
]
application = get_wsgi_application()


def prepare() -> None:
    """Make the database, and call once: the connection is there when gunicorn forks."""
    with connection.schema_editor() as editor:
        editor.create_model(Installation)
    Installation.objects.create(pk=INSTALLATION, token=TOKEN)
    read_account(blocking)
    connection.close()
