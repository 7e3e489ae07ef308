"""Users who open the product from Vercel's dashboard.

A sign-in begins at Vercel, and the `state` is Vercel's too: nothing ties a code to the browser that
it arrives in. Whoever sends somebody a link with a code of his own signs them in as himself, so
pages have to show who is signed in. The cookie opens nothing that changes something: a form that
does needs a token against forgeries.
"""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated, Any, Final

from fastapi import APIRouter, Cookie, Depends, HTTPException, Response
from fastapi.responses import RedirectResponse

from vercel_marketplace import VercelBadRequestError, VercelError
from vercel_marketplace.tokens import ANY_INSTALLATION, TokenError, UserClaims

from .calls import CurrentPartner, refused
from .storage import installations, resources, sessions
from .storage.sessions import Session

router = APIRouter()

COOKIE: Final = "__Host-session"  # by this prefix browsers take it over HTTPS alone
LASTS: Final = timedelta(hours=8)


async def _user(code: str, partner: CurrentPartner, state: str | None = None) -> UserClaims:
    try:
        tokens = await partner.client.marketplace.exchange_sso_token(
            code=code,
            state=state,
            client_id=partner.settings.client_id,
            client_secret=partner.settings.client_secret,
        )
        return await partner.verifier.verify_user(tokens.id_token, installation_id=ANY_INSTALLATION)
    except VercelBadRequestError as error:
        raise HTTPException(401, "the code is not good; open the product from Vercel") from error
    except VercelError as error:
        raise HTTPException(502, "Vercel could not say who you are; try again") from error
    except TokenError as error:
        raise refused(error) from error


@router.get("/sso/callback")
def sign_in(user: Annotated[UserClaims, Depends(_user)], partner: CurrentPartner) -> Response:
    """Vercel sends a user here, with a code that says who it is."""
    now, cookie = partner.clock(), token_urlsafe(32)
    session = Session(installation_id=user.installation_id, user_id=user.user_id)
    with partner.database.transaction() as db:
        if installations.find(db, user.installation_id) is None:
            raise HTTPException(403, "there is no such installation")
        sessions.begin(db, session, cookie=cookie, now=now, until=now + LASTS)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LASTS.total_seconds()),
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/")
def home(
    response: Response,
    partner: CurrentPartner,
    cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None,
) -> dict[str, Any]:
    """Who is signed in, and what there is to see."""
    with partner.database.transaction() as db:
        session = None if cookie is None else sessions.find(db, cookie, partner.clock())
        if session is None:
            raise HTTPException(401, "open the product from Vercel's dashboard")
        shown = [
            {
                "id": resource.id,
                "name": resource.name,
                "plan": resource.plan_id,
                "status": resource.status,
                "projects": resources.projects(db, resource),
            }
            for resource in resources.of_installation(db, session.installation_id)
        ]
    response.headers["cache-control"] = "no-store"
    return {
        "user": session.user_id,
        "installation": session.installation_id,
        "resources": shown,
    }
