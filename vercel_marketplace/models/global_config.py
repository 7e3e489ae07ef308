"""The Global Config of a resource, which a customer lets the partner read and write."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import JSONValue

GlobalConfigPurpose: TypeAlias = Literal["flags", "experimentation"]
"""The known purposes; answers may hold others."""


@frozen(kw_only=True)
class GlobalConfig:
    """A Global Config and its data.

    Attributes:
        items: The data: any JSON by its name.
        updated_at: When it was last changed, in milliseconds since 1970 (UTC).
        digest: What tells this state of it from others.
        purpose: What it is for, where that is known. Expect more than the known purposes.
    """

    items: dict[str, JSONValue]
    updated_at: int
    digest: str
    purpose: GlobalConfigPurpose | str | None = None


GetGlobalConfigResponseBody: TypeAlias = GlobalConfig
"""The shape under the name of the operation that reads it."""

ReplaceGlobalConfigResponseBody: TypeAlias = GlobalConfig
"""The shape under the name of the operation that writes it."""


@frozen
class GetGlobalConfigRequest:
    """Which Global Config to read.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
    """

    integration_configuration_id: str
    resource_id: str


@frozen
class HeadGlobalConfigRequest:
    """Which Global Config to ask for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
    """

    integration_configuration_id: str
    resource_id: str


@frozen(kw_only=True)
class ReplaceGlobalConfigRequestBody:
    """The data to write.

    Attributes:
        data: Any JSON by its name: dicts with string keys, lists or tuples, strings, finite
            numbers, booleans and `None`, which is null.
    """

    data: Mapping[str, JSONValue]


@frozen
class ReplaceGlobalConfigRequest:
    """Data and the Global Config they are for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        request_body: The data; the contract lets them be left out.
    """

    integration_configuration_id: str
    resource_id: str
    request_body: ReplaceGlobalConfigRequestBody | None = None
