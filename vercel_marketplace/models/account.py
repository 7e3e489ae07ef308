"""The account behind an installation, and its members."""

from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

MemberRole: TypeAlias = Literal["ADMIN", "USER"]
"""The known roles; responses may hold others."""


@frozen
class GetAccountInfoRequest:
    """Parameters of `get_account_info`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""


@frozen(kw_only=True)
class Contact:
    """Whom to write to about an installation."""

    _only_in_responses: ClassVar[bool] = True

    email: str
    """The address."""
    name: str | None = None
    """The person's name, where known."""


@frozen(kw_only=True)
class Account:
    """The team or user that an installation belongs to."""

    _only_in_responses: ClassVar[bool] = True

    name: str | None = None
    """The team's name."""
    url: str
    """The installation's page in the Vercel dashboard."""
    contact: Contact | None
    """The best contact at present, if there is one."""


GetAccountInfoResponseBody: TypeAlias = Account
"""The name of `Account` in Vercel's TypeScript SDK."""


@frozen
class GetMemberRequest:
    """Parameters of `get_member`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    member_id: str
    """The `user_id` claim of the SSO token."""


@frozen(kw_only=True)
class Member:
    """A member of the team behind an installation."""

    _only_in_responses: ClassVar[bool] = True

    id: str
    """The member."""
    role: MemberRole | str
    """`"ADMIN"` may install integrations; `"USER"` may only look. Expect more."""
    global_user_id: str | None = None
    """The user across installations, where known."""
    user_email: str | None = None
    """The user's address, where known."""


GetMemberResponseBody: TypeAlias = Member
"""The name of `Member` in Vercel's TypeScript SDK."""
