"""Sign users in from Vercel's dashboard, in Django.

There is a view for the Redirect Login URL, and a page. The session is Django's own, in
the database or in a signed cookie. Add the views to `urlpatterns`:

    urlpatterns = [path("sso", sign_in), path("", home)]
"""

import os

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from vercel_marketplace import SyncVercel, VercelBadRequestError, VercelError
from vercel_marketplace.partner import SSORedirect, SSORedirectError, sync_sign_in
from vercel_marketplace.tokens import (
    KeysUnavailableError,
    SyncTokenVerifier,
    TokenError,
    UserClaims,
)

CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
HOSTS = ["app.acme.example"]

vercel = SyncVercel()
verifier = SyncTokenVerifier(CLIENT_ID)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Vercel sends a user here, with a code that says who it is."""
    if request.method != "GET":  # what previews a link by HEAD would use up its code
        return HttpResponse(status=405)
    try:
        redirect = SSORedirect.parse(request.GET)
        target = redirect.target(allowed_hosts=HOSTS)
        user = sync_sign_in(
            vercel, verifier, redirect, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
    except SSORedirectError as error:
        return HttpResponse(error.message, status=400)
    except KeysUnavailableError:
        return HttpResponse("try again in a minute", status=503)
    # Above all, a code that was used before.
    except (VercelBadRequestError, TokenError):
        return HttpResponse("open the product from Vercel once more", status=401)
    except VercelError:
        return HttpResponse("Vercel could not say who you are", status=502)
    # A new key: nobody who knew the old one is signed in with the user.
    request.session.flush()
    request.session["user"] = user.to_dict()
    return HttpResponseRedirect(target or "/")


def home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in."""
    if "user" not in request.session:
        return HttpResponse("open the product from Vercel's dashboard", status=401)
    user = UserClaims.from_dict(request.session["user"])
    return JsonResponse({"user": user.user_id, "installation": user.installation_id})
