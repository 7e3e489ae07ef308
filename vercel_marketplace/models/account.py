"""The account behind an installation, and its members."""

from typing import Literal, TypeAlias

from attrs import frozen

MemberRole: TypeAlias = Literal["ADMIN", "USER"]
"""The known roles; answers may hold others."""


@frozen
class GetAccountInfoRequest:
    """Whose account to read.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
    """

    integration_configuration_id: str


@frozen(kw_only=True)
class Contact:
    """Whom to write to about an installation.

    Attributes:
        email: The address.
        name: The person's name, where known.
    """

    email: str
    name: str | None = None


@frozen(kw_only=True)
class GetAccountInfoResponseBody:
    """The team or user that an installation belongs to.

    Attributes:
        name: The team's name.
        url: The installation's page in the Vercel dashboard.
        contact: The best contact at present, if there is one.
    """

    name: str | None = None
    url: str
    contact: Contact | None


@frozen
class GetMemberRequest:
    """Which member to read.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        member_id: The `user_id` claim of the SSO token.
    """

    integration_configuration_id: str
    member_id: str


@frozen(kw_only=True)
class GetMemberResponseBody:
    """A member of the team behind an installation.

    Attributes:
        id: The member.
        role: `"ADMIN"` may install integrations; `"USER"` may only look. Expect more.
        global_user_id: The user across installations, where known.
        user_email: The user's address, where known.
    """

    id: str
    role: MemberRole | str
    global_user_id: str | None = None
    user_email: str | None = None
