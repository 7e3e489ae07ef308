"""`PartnerClient`: calls a partner's server, and keeps the emulator's state in step."""

from vercel_marketplace.emulator.partner.connection import PartnerConnection, TokenIssuer
from vercel_marketplace.emulator.partner.installation_calls import InstallationCalls
from vercel_marketplace.emulator.partner.plan_calls import PlanCalls
from vercel_marketplace.emulator.partner.resource_calls import ResourceCalls
from vercel_marketplace.emulator.partner.transfer_calls import TransferCalls
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.http import Transport


class PartnerClient(InstallationCalls, PlanCalls, ResourceCalls, TransferCalls):
    """Calls a partner's server as Vercel does; `partner` of an emulator creates one.

    Each call carries a token that the emulator signs, and returns the partner's response. Each
    raises a `PartnerError`, whose text says what is wrong, if there is no response or it is not
    as Vercel expects it. The emulator's state follows the responses: a resource that the partner
    provisioned has its secrets in `environment_variables`, one that it deleted is gone.

    A call blocks until the partner has responded. An id that is not a valid path segment (`""`,
    `"."`, `".."`) is a `ValueError`, and nothing is sent.
    """

    def __init__(  # noqa: PLR0913 (keywords, and each is a part of the connection)
        self,
        store: Store,
        issuer: TokenIssuer,
        *,
        installation_id: str,
        product_id: str,
        url: str,
        timeout: float,
        transport: Transport | None = None,
    ) -> None:
        self._connection = PartnerConnection(
            store,
            issuer,
            installation_id=installation_id,
            url=url,
            timeout=timeout,
            transport=transport,
        )
        self._id = installation_id
        self._product = product_id
        self._provisioned = {}
