"""The Global Config of a resource, which a customer lets the partner read and write."""

from collections.abc import Mapping
from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import JSONValue

GlobalConfigPurpose: TypeAlias = Literal["flags", "experimentation"]
"""The known purposes; responses may hold others."""


@frozen(kw_only=True)
class GlobalConfig:
    """A Global Config and its data."""

    _only_in_responses: ClassVar[bool] = True

    items: dict[str, JSONValue]
    """The data: any JSON by its name."""
    updated_at: int
    """When it was last changed, in milliseconds since 1970 (UTC)."""
    digest: str
    """What tells this state of it from others."""
    purpose: GlobalConfigPurpose | str | None = None
    """What it is for, where that is known. Expect more than the known purposes."""


GetGlobalConfigResponseBody: TypeAlias = GlobalConfig
"""The shape under the name of the operation that reads it."""

ReplaceGlobalConfigResponseBody: TypeAlias = GlobalConfig
"""The shape under the name of the operation that writes it."""


@frozen
class GetGlobalConfigRequest:
    """Parameters of `get_global_config`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


@frozen
class HeadGlobalConfigRequest:
    """Parameters of `head_global_config`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


@frozen(kw_only=True)
class ReplaceGlobalConfigRequestBody:
    """The data to write."""

    data: Mapping[str, JSONValue]
    """Any JSON by its name: dicts with string keys, lists or tuples, strings, finite numbers,
    booleans and `None`, which is null."""


@frozen
class ReplaceGlobalConfigRequest:
    """Parameters of `replace_global_config`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: ReplaceGlobalConfigRequestBody | None = None
    """The data; the contract lets them be left out."""
