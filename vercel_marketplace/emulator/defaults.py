"""What an emulator and its installations start with."""

from attrs import field, frozen

from vercel_marketplace.emulator.state import Installation, StoredResource
from vercel_marketplace.models._fields import mask
from vercel_marketplace.models.account import (
    Account,
    Contact,
    Member,
)
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.tokens.claims import ISSUER


@frozen(kw_only=True)
class EmulatedIntegration:
    """The partner's integration.

    Attributes:
        client_id: The client id.
        client_secret: The client secret, which webhooks are signed with.
        product_id: The product that teams install.
        issuer: The issuer of the tokens; Vercel's, unless a client of OpenID Connect has to find
            it at the URL that the emulator is served at.
    """

    client_id: str = "oac_emulator"
    client_secret: str = field(
        default="emulator-client-secret",  # opens nothing but an emulator
        repr=mask,
    )
    product_id: str = "acme-postgres"
    issuer: str = ISSUER


def new_installation(  # noqa: PLR0913 (keywords, and each is a name)
    *,
    installation_id: str,
    number: int,
    token: str,
    member_id: str,
    resource_id: str,
    product_id: str,
    account: Account | None = None,
) -> Installation:
    """Return an installation with one member, an admin, and one resource without secrets.

    Args:
        installation_id: Its id.
        number: Its place among the integration's installations, from 1.
        token: Its access token.
        member_id: The admin's id.
        resource_id: The partner's id of the resource.
        product_id: The product of the resource.
        account: The team's account; one named Acme if omitted.
    """
    email = "owner@acme.example"
    url = f"https://vercel.com/acme/~/integrations/{installation_id}"
    acme = Account(name="Acme", url=url, contact=Contact(email=email))
    admin = Member(id=member_id, role="ADMIN", user_email=email)
    return Installation(
        id=installation_id,
        number=number,
        tokens=(token,),
        account=account or acme,
        members={admin.id: admin},
        resources={resource_id: new_resource(resource_id, product_id)},
    )


def new_resource(resource_id: str, product_id: str) -> StoredResource:
    """Return a resource that is ready and named after its id; it has no secrets.

    Args:
        resource_id: The partner's id of the resource.
        product_id: The product of the resource.
    """
    body = ImportResourceRequestBody(
        ownership="owned", product_id=product_id, name=resource_id, status="ready"
    )
    return StoredResource(body=body)
