"""`Tokens`: the tokens and codes that Vercel issues for an installation."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve

from vercel_marketplace._internal.seconds import check_duration
from vercel_marketplace.emulator.api import imports, oauth, sso
from vercel_marketplace.emulator.api.browser_urls import add_query, check_url
from vercel_marketplace.emulator.ids import stable_id
from vercel_marketplace.emulator.integration import Code, Integration, SignIn
from vercel_marketplace.emulator.jwt.claims import LIFETIME, build_system_claims, build_user_claims
from vercel_marketplace.emulator.jwt.tokens import jwks, sign_token
from vercel_marketplace.emulator.state import State
from vercel_marketplace.emulator.store import InstallationStore

RETURN_URL: Final = "https://vercel.com/dashboard"
"""Where a browser returns to from the partner's site, unless a test chooses another place."""

OauthSource: TypeAlias = Literal["marketplace", "external", "deploy-button"]
"""Where a user begins to connect an account."""


class Tokens:
    """The tokens and codes that Vercel issues for an installation."""

    def __init__(self, store: InstallationStore, admin_id: str) -> None:
        self._store = store
        self._admin_id = admin_id

    def issue_sso_code(
        self,
        *,
        member_id: str | None = None,
        state: str | None = None,
        redirect_uri: str | None = None,
        code: str | None = None,
    ) -> str:
        """Issue a code as Vercel sends it to the partner's redirect URL.

        It works once, for 10 minutes.

        Args:
            member_id: The member who signs in; the admin if omitted.
            state: The state that is sent with the code; an exchange with another is refused.
            redirect_uri: Where the code is sent; an exchange with another is refused.
            code: The code itself, for a test that has to know it; a random one if omitted,
                which nobody can guess.

        Raises:
            LookupError: There is no such member.
            ValueError: `code` is empty.
        """
        text = _new_code("sso", code)
        sign_in = self._sign_in(member_id)

        def issue(before: State, now: datetime) -> tuple[State, None]:
            issued = Code(sign_in=sign_in, issued_at=now, state=state, redirect_uri=redirect_uri)
            integration = sso.issue_code(before.integration, text, issued)
            return evolve(before, integration=integration), None

        self._store.store.update(issue)
        return text

    def sso_url(  # noqa: PLR0913 (one keyword per parameter of the URL)
        self,
        redirect_login_url: str,
        *,
        member_id: str | None = None,
        state: str | None = None,
        product_id: str | None = None,
        resource_id: str | None = None,
        project_id: str | None = None,
        check_id: str | None = None,
        experimentation_item_id: str | None = None,
        invoice_id: str | None = None,
        pr: str | None = None,
        path: str | None = None,
        url: str | None = None,
        support: bool = False,
    ) -> str:
        """Return the URL that "Open in provider" sends a member's browser to, with a new code.

        Args:
            redirect_login_url: The Redirect Login URL of the integration.
            member_id: The member who signs in; the admin if omitted.
            state: The state; a random one if omitted.
            product_id: The product that the member came from.
            resource_id: The resource that the member came from, by the partner's id.
            project_id: The project that the member came from.
            check_id: The check that the member came from.
            experimentation_item_id: The flag or experiment to open, by the partner's id.
            invoice_id: The invoice to open, by the partner's id.
            pr: The URL of a pull request.
            path: What to open, such as `billing`, `usage`, `onboarding`, `support` or `secrets`.
            url: The place to open; a partner has to check it.
            support: Whether the member followed a link to the partner's support.

        Raises:
            LookupError: There is no such member.
            ValueError: `redirect_login_url` is not an absolute http URL.
        """
        check_url("redirect_login_url", redirect_login_url)
        state = state or token_urlsafe(16)
        parameters = {
            "mode": "sso",
            "code": self.issue_sso_code(member_id=member_id, state=state),
            "state": state,
            "product_id": product_id,
            "resource_id": resource_id,
            "project_id": project_id,
            "check_id": check_id,
            "experimentation_item_id": experimentation_item_id,
            "invoice_id": invoice_id,
            "pr": pr,
            "path": path,
            "url": url,
            "support": "true" if support else None,
        }
        return add_query(redirect_login_url, parameters)

    def import_url(
        self,
        import_resource_url: str,
        *,
        return_url: str = RETURN_URL,
        member_id: str | None = None,
        product_id: str | None = None,
    ) -> str:
        """Return the URL that a member's browser is sent to, to import existing resources.

        The partner imports what the member chooses, and then sends the browser to the return
        URL, with `installation_id`, `resource_id` and `state`; `resources.complete_import` checks
        that.

        Args:
            import_resource_url: The Import Resource URL of the integration.
            return_url: Where the browser returns to.
            member_id: The member; the admin if omitted.
            product_id: The product.

        Raises:
            LookupError: There is no such member.
            ValueError: A URL is not an absolute http URL.
        """
        check_url("import_resource_url", import_resource_url)
        check_url("return_url", return_url)
        text, sign_in = token_urlsafe(16), self._sign_in(member_id)

        def issue(before: State, now: datetime) -> tuple[State, None]:
            code = Code(sign_in=sign_in, issued_at=now, redirect_uri=return_url)
            integration = imports.issue_import_state(before.integration, text, code)
            return evolve(before, integration=integration), None

        self._store.store.update(issue)
        parameters = {
            "installation_id": self._store.id,
            "product_id": product_id,
            "state": text,
            "return": return_url,
        }
        return add_query(import_resource_url, parameters)

    def oauth_url(  # noqa: PLR0913 (one keyword per parameter of the URL)
        self,
        redirect_url: str,
        *,
        source: OauthSource = "marketplace",
        next_url: str = RETURN_URL,
        member_id: str | None = None,
        state: str | None = None,
        current_project_id: str | None = None,
        external_id: str | None = None,
    ) -> str:
        """Return the URL of the window in which a member connects an account, with a new code.

        Args:
            redirect_url: The Redirect URL of the integration.
            source: Where the member began.
            next_url: Where the partner sends the window at the end.
            member_id: The member; the admin if omitted.
            state: The state of the partner, which began the flow itself (`external`).
            current_project_id: The project of a Deploy Button.
            external_id: The id that the partner put into a Deploy Button.

        Raises:
            LookupError: There is no such member.
            ValueError: A URL is not an absolute http URL.
        """
        check_url("redirect_url", redirect_url)
        check_url("next_url", next_url)
        parameters = {
            "code": self.issue_oauth_code(member_id=member_id, redirect_uri=redirect_url),
            "configurationId": self._store.id,
            "teamId": stable_id("team", self._store.id),
            "source": source,
            "next": next_url,
            "state": state,
            "currentProjectId": current_project_id,
            "external-id": external_id,
        }
        return add_query(redirect_url, parameters)

    def issue_oauth_code(
        self,
        *,
        member_id: str | None = None,
        redirect_uri: str | None = None,
        code: str | None = None,
    ) -> str:
        """Issue a code as Vercel sends it when a user connects an account.

        It works once, for 10 minutes, with `exchange_oauth_code`.

        Args:
            member_id: The member who connects the account; the admin if omitted.
            redirect_uri: Where the code is sent; an exchange with another is refused.
            code: The code itself, for a test that has to know it; a random one if omitted,
                which nobody can guess.

        Raises:
            LookupError: There is no such member.
            ValueError: `code` is empty.
        """
        text = _new_code("oauth", code)
        sign_in = self._sign_in(member_id)

        def issue(before: State, now: datetime) -> tuple[State, None]:
            issued = Code(sign_in=sign_in, issued_at=now, redirect_uri=redirect_uri)
            integration = oauth.issue_oauth_code(before.integration, text, issued)
            return evolve(before, integration=integration), None

        self._store.store.update(issue)
        return text

    def user_token(
        self,
        *,
        member_id: str | None = None,
        expires_in: float = LIFETIME,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """Issue the bearer token of a call to the partner in which Vercel acts for a member.

        It goes with `X-Vercel-Auth: user`, and is signed with the key in `jwks`.

        Args:
            member_id: The member; the admin if omitted.
            expires_in: Seconds for which it is valid, by the clock.
            claims: Claims to set in addition to, or in place of, the usual ones.

        Raises:
            LookupError: There is no such member.
            TypeError, ValueError: `expires_in` is not valid.
            ImportError: The extra `tokens` is not installed.
        """
        check_duration("expires_in", expires_in)
        usual = build_user_claims(
            self._integration,
            self._sign_in(member_id),
            self._store.now(),
            type_="access_token",
            expires_in=expires_in,
        )
        return sign_token({**usual, **(claims or {})})

    def system_token(
        self, *, expires_in: float = LIFETIME, claims: Mapping[str, Any] | None = None
    ) -> str:
        """Issue the bearer token of a call to the partner in which Vercel acts for itself.

        It goes with `X-Vercel-Auth: system`, and is signed with the key in `jwks`.

        Args:
            expires_in: Seconds for which it is valid, by the clock.
            claims: Claims to set in addition to, or in place of, the usual ones.

        Raises:
            TypeError, ValueError: `expires_in` is not valid.
            ImportError: The extra `tokens` is not installed.
        """
        check_duration("expires_in", expires_in)
        usual = build_system_claims(
            self._integration, self._store.id, self._store.now(), expires_in=expires_in
        )
        return sign_token({**usual, **(claims or {})})

    @property
    def jwks(self) -> dict[str, Any]:
        """The keys that verify the tokens, as at `/.well-known/jwks`.

        Raises:
            ImportError: The extra `tokens` is not installed.
        """
        return jwks()

    @property
    def access_tokens(self) -> list[str]:
        """The valid access tokens, with which the partner calls Vercel; the oldest first."""
        return list(self._store.installation.tokens)

    @property
    def _integration(self) -> Integration:
        return self._store.store.state.integration

    def _sign_in(self, member_id: str | None) -> SignIn:
        member = self._store.installation.find_member(member_id or self._admin_id)
        return SignIn(self._store.id, member)


def _new_code(use: str, chosen: str | None) -> str:
    """Return a code: the one that was chosen, or a random one."""
    if chosen == "":
        msg = "code must not be empty; omit it for a random one"
        raise ValueError(msg)
    return chosen or f"emulator-{use}-code-{token_urlsafe(16)}"
