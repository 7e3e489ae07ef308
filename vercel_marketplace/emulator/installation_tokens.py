"""What Vercel shows and tells the partner of one installation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from vercel_marketplace._internal.seconds import check_number
from vercel_marketplace.emulator.jwt.claims import LIFETIME, build_system_claims, build_user_claims
from vercel_marketplace.emulator.jwt.tokens import sign_token
from vercel_marketplace.emulator.state import Installation, ProjectConnection, SignIn
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.http import Transport

if TYPE_CHECKING:
    from vercel_marketplace.emulator.partner import PartnerClient

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds that a partner may take to answer."""

_MAX_SECONDS: Final = 1e9
_TARGETS: Final = ("production", "preview", "development")


class InstallationTokensMixin:
    """What an installation's side of Vercel sends to the partner."""

    _store: Store
    _id: str
    _admin: str
    _product: str

    def user_token(
        self,
        *,
        member_id: str | None = None,
        expires_in: float = LIFETIME,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """The bearer token of a call to the partner in which Vercel acts for a member.

        It goes with `X-Vercel-Auth: user`, and is signed with the key in `Emulator.jwks`.

        Args:
            member_id: Who; the admin if left out.
            expires_in: Seconds for which it is good, by the clock.
            claims: Claims to set beside or in place of the usual ones.

        Raises:
            LookupError: There is no such member.
            ValueError: It cannot be good for so long.
            ImportError: The extra `tokens` is not installed.
        """
        _check_lifetime(expires_in)
        member = self._store.state.installations[self._id].members.get(member_id or self._admin)
        if member is None:
            msg = f"no member {member_id!r}"
            raise LookupError(msg)
        now, client_id = self._store.clock.now(), self._store.state.integration.client_id
        usual = build_user_claims(
            client_id, SignIn(self._id, member), now, type_="access_token", expires_in=expires_in
        )
        return sign_token({**usual, **(claims or {})})

    def system_token(
        self, *, expires_in: float = LIFETIME, claims: Mapping[str, Any] | None = None
    ) -> str:
        """The bearer token of a call to the partner in which Vercel acts for itself.

        It goes with `X-Vercel-Auth: system`, and is signed with the key in `Emulator.jwks`.

        Args:
            expires_in: Seconds for which it is good, by the clock.
            claims: Claims to set beside or in place of the usual ones.

        Raises:
            ValueError: It cannot be good for so long.
            ImportError: The extra `tokens` is not installed.
        """
        _check_lifetime(expires_in)
        now, client_id = self._store.clock.now(), self._store.state.integration.client_id
        usual = build_system_claims(client_id, self._id, now, expires_in=expires_in)
        return sign_token({**usual, **(claims or {})})

    def connect(
        self, url: str, *, timeout: float = DEFAULT_TIMEOUT, transport: Transport | None = None
    ) -> "PartnerClient":
        """Call a partner's server as Vercel would: install, provision, rotate, delete.

        Nothing is sent yet: what is returned has a method for each call.

        Args:
            url: The base URL of the integration, before `/v1`.
            timeout: Seconds to connect, and to wait for an answer.
            transport: What is to answer in place of a server.

        Raises:
            TypeError, ValueError: The URL is not absolute, or the timeout makes no sense.
        """
        from vercel_marketplace.emulator.partner import (  # noqa: PLC0415 (rarely needed)
            PartnerClient,
        )

        return PartnerClient(
            self._store,
            self,
            installation_id=self._id,
            product_id=self._product,
            url=url,
            timeout=timeout,
            transport=transport,
        )

    def remove_member(self, member_id: str) -> None:
        """Let somebody leave the team.

        Args:
            member_id: Who.

        Raises:
            LookupError: There is no such member.
        """

        def remove(before: Installation, _now: datetime) -> Installation:
            if member_id not in before.members:
                msg = f"no member {member_id!r}"
                raise LookupError(msg)
            members = {name: one for name, one in before.members.items() if name != member_id}
            return evolve(before, members=members)

        self._store.change_installation(self._id, remove)

    def connect_project(
        self,
        project_id: str,
        *,
        resource_id: str,
        name: str | None = None,
        targets: Sequence[str] = _TARGETS,
    ) -> None:
        """Let a project of the team's have a resource's secrets in its environment.

        Args:
            project_id: The project.
            resource_id: The resource, by the partner's id.
            name: The project's name; its id if left out.
            targets: The targets of deployment that have them.

        Raises:
            LookupError: There is no such resource.
            ValueError: They are connected already.
        """
        connection = ProjectConnection(
            resource_id=resource_id,
            project_id=project_id,
            name=name or project_id,
            targets=tuple(targets),
        )

        def connect(before: Installation, _now: datetime) -> Installation:
            if resource_id not in before.resources:
                msg = f"no resource {resource_id!r}"
                raise LookupError(msg)
            if _connection(before, project_id, resource_id) is not None:
                msg = f"project {project_id!r} is connected to {resource_id!r} already"
                raise ValueError(msg)
            return evolve(before, projects=(*before.projects, connection))

        self._store.change_installation(self._id, connect)

    def disconnect_project(self, project_id: str, *, resource_id: str) -> None:
        """Take a resource's secrets out of a project's environment.

        Args:
            project_id: The project.
            resource_id: The resource, by the partner's id.

        Raises:
            LookupError: They are not connected.
        """

        def disconnect(before: Installation, _now: datetime) -> Installation:
            connection = _connection(before, project_id, resource_id)
            if connection is None:
                msg = f"project {project_id!r} is not connected to {resource_id!r}"
                raise LookupError(msg)
            return evolve(before, projects=tuple(p for p in before.projects if p != connection))

        self._store.change_installation(self._id, disconnect)


def _connection(
    installation: Installation, project_id: str, resource_id: str
) -> ProjectConnection | None:
    found = (p for p in installation.projects if p.project_id == project_id)
    return next((p for p in found if p.resource_id == resource_id), None)


def _check_lifetime(expires_in: float) -> None:
    if not 0 < check_number("expires_in", expires_in) < _MAX_SECONDS:
        msg = f"expires_in must be above zero and below 1e9 seconds, not {expires_in!r}"
        raise ValueError(msg)
