"""Custom claims: what a resource adds to the OIDC tokens that Vercel issues for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from attrs import frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import find_too_long

ClaimValue: TypeAlias = str | float | bool | None
"""The value of a claim; `None` removes it."""

_MAX_ROLES: Final = 32
_MAX_ROLE_CHARS: Final = 32


@frozen(kw_only=True)
class ClaimCondition:
    """Which tokens a rule applies to: those that match each list that is set."""

    role: Sequence[str] | None = None
    """Roles, at least 1 and at most 32."""
    environment: Sequence[str] | None = None
    """Environments, at least 1 and at most 32: `"production"`, `"preview"`, `"development"`, or
    the slug of a custom environment, which counts as a preview, too."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: how long a list and a role may be."""
        yield from _find_wrong_length("role", self.role, least=1)
        yield from _find_wrong_length("environment", self.environment, least=1)
        yield from _find_long_roles("role", self.role)


@frozen(kw_only=True)
class ClaimRule:
    """Claims, and which tokens get them."""

    when: ClaimCondition | None = None
    """Which tokens; every token when left out."""
    claims: Mapping[str, ClaimValue]
    """The claims to set, by name: strings, numbers and booleans; `None` removes one. Reserved
    claims cannot be set. `aud` and `sub` can be replaced by a string, but not removed."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: a claim holds no list and no object."""
        if isinstance(self.claims, Mapping):  # it may be of any type
            for name, value in self.claims.items():
                if isinstance(value, list | tuple | Mapping):
                    yield Issue(f"claims.{name}", "must be a string, a number, a boolean or None")


@frozen(kw_only=True)
class CustomClaims:
    """The roles and the claim rules of a resource's OIDC tokens."""

    roles: Sequence[str] | None = None
    """The roles that a deployment may ask for, at most 32 of at most 32 characters."""
    default_role: str | None = None
    """The role of a token that asks for none: one of `roles`, and required with them."""
    claim_rules: Sequence[ClaimRule] | None = None
    """The rules in order; a later one overrides an earlier one claim by claim."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: how many roles there may be, and how long."""
        yield from _find_wrong_length("roles", self.roles)
        yield from _find_long_roles("roles", self.roles)
        yield from find_too_long("default_role", self.default_role, _MAX_ROLE_CHARS)


def _find_wrong_length(path: str, values: object, *, least: int = 0) -> Iterator[Issue]:
    # It may be of any type; what is not a sequence is named by its type alone.
    entries = len(cast("Sequence[object]", values)) if isinstance(values, Sequence) else least
    if not least <= entries <= _MAX_ROLES:
        bounds = f"from {least} to {_MAX_ROLES}" if least else f"at most {_MAX_ROLES}"
        yield Issue(path, f"must have {bounds} entries, has {entries}")


def _find_long_roles(path: str, roles: Sequence[str] | None) -> Iterator[Issue]:
    if isinstance(roles, Sequence):  # it may be of any type
        for index, role in enumerate(roles):
            yield from find_too_long(f"{path}[{index}]", role, _MAX_ROLE_CHARS)
