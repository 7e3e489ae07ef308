"""The rotation of a resource's secrets."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from attrs import frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models.common import Secret
from vercel_marketplace.partner.models._checks import find_secret_issues


@frozen(kw_only=True)
class RequestSecretsRotationRequest:
    """A customer, or Vercel, requests new secrets of a resource."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    reason: str | None = None
    """Why."""
    delay_old_secrets_expiration_hours: float | None = None
    """Hours for which the old secrets stay valid: from 0 to 720, also fractions."""


@frozen(kw_only=True)
class RotatedSecrets:
    """The response to a request to rotate secrets."""

    sync: bool
    """Whether it is done. Otherwise the partner sends the secrets later, by
    `update_resource_secrets_by_id`."""
    secrets: Sequence[Secret] | None = None
    """The new secrets, if it is done."""
    partial: bool | None = None
    """Whether secrets that are not listed stay as they are."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: whether there are secrets, and which."""
        if self.sync is True and self.secrets is None:
            message = 'a required field is missing: with "sync": true the new secrets go here'
            yield Issue("secrets", message)
        if self.sync is False and self.secrets is not None:
            message = (
                'not with "sync": false; send them when they are there, by '
                "update_resource_secrets_by_id"
            )
            yield Issue("secrets", message)
        yield from find_secret_issues(self.secrets)


@frozen(kw_only=True)
class ScheduledRotation(RotatedSecrets):
    """A rotation that is not done yet, which is all that a status of 202 can say."""

    sync: bool = False
    """`False`."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: that it is not done."""
        yield from super()._cross_field_issues()
        if self.sync is True:
            yield Issue("sync", "must be false with status 202; respond with 200 if it is done")
