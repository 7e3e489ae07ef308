"""Users who open the product from Vercel's dashboard.

Nothing ties a code to the browser that it arrives in: whoever sends somebody a link with a code of
his own signs them in as himself, so pages have to show who is signed in. The cookie permits no
changes: a form that makes some requires a token against forgeries.
"""

from datetime import timedelta
from secrets import token_urlsafe
from sqlite3 import Connection
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Cookie, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from vercel_marketplace import VercelBadRequestError, VercelError
from vercel_marketplace.partner import SSORedirect, SSORedirectError
from vercel_marketplace.partner import sign_in as verify_user
from vercel_marketplace.tokens import KeysUnavailableError, TokenError, UserClaims

from .services import Services
from .storage import installations, resources, sessions
from .storage.sessions import Session

router = APIRouter()

COOKIE: Final = "__Host-session"  # browsers accept this prefix over HTTPS only
LASTS: Final = timedelta(hours=8)


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


CurrentServices: TypeAlias = Annotated[Services, Depends(_services)]


async def _user(request: Request, services: CurrentServices) -> UserClaims:
    settings = services.settings
    try:
        return await verify_user(
            services.client,
            services.verifier,
            SSORedirect.parse(request.query_params),
            client_id=settings.client_id,
            client_secret=settings.client_secret,
        )
    except SSORedirectError as error:
        raise HTTPException(400, error.message) from error
    except VercelBadRequestError as error:
        raise HTTPException(401, "open the product from Vercel once more") from error
    except VercelError as error:
        raise HTTPException(
            502, "Vercel could not say who you are; try again"
        ) from error
    except KeysUnavailableError as error:
        raise HTTPException(503, "try again in a minute") from error
    except TokenError as error:
        raise HTTPException(401, f"the token is not accepted: {error.check}") from error


@router.get("/sso/callback")
async def sign_in(
    user: Annotated[UserClaims, Depends(_user)], services: CurrentServices
) -> Response:
    """Sign in a user, whom Vercel sends here with a code."""
    now, cookie = services.clock(), token_urlsafe(32)
    session = Session(installation_id=user.installation_id, user_id=user.user_id)

    def begin(db: Connection) -> None:
        if installations.find(db, user.installation_id) is None:
            raise HTTPException(403, "there is no such installation")
        sessions.begin(db, session, cookie=cookie, now=now, until=now + LASTS)

    await services.database.run(begin)
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
    services: CurrentServices,
    cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None,
) -> dict[str, Any]:
    """Show who is signed in, and the team's databases."""
    with services.database.transaction() as db:
        session = (
            None if cookie is None else sessions.find(db, cookie, services.clock())
        )
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
