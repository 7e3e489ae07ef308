"""What an emulator begins with, and what an installation does."""

from vercel_marketplace.emulator.state import Installation, Resource
from vercel_marketplace.models.account import (
    Contact,
    GetAccountInfoResponseBody,
    GetMemberResponseBody,
)
from vercel_marketplace.models.resources import ImportResourceRequestBody


def new_installation(  # noqa: PLR0913 (keywords, and each is a name)
    *,
    installation_id: str,
    number: int,
    token: str,
    member_id: str,
    resource_id: str,
    product_id: str,
    account: GetAccountInfoResponseBody | None = None,
) -> Installation:
    """An installation with one member, an admin, and one resource, which has no secrets yet.

    Args:
        installation_id: Its id.
        number: Which of the integration's installations it is.
        token: Its access token.
        member_id: The admin's id.
        resource_id: The partner's id of the resource.
        product_id: The product that the resource is of.
        account: The team behind it; one of the name Acme if left out.
    """
    email = "owner@acme.example"
    url = f"https://vercel.com/acme/~/integrations/{installation_id}"
    acme = GetAccountInfoResponseBody(name="Acme", url=url, contact=Contact(email=email))
    admin = GetMemberResponseBody(id=member_id, role="ADMIN", user_email=email)
    return Installation(
        id=installation_id,
        number=number,
        tokens=(token,),
        account=account or acme,
        members={admin.id: admin},
        resources={resource_id: new_resource(resource_id, product_id)},
    )


def new_resource(resource_id: str, product_id: str) -> Resource:
    """A resource that is ready and called by its id; it has no secrets.

    Args:
        resource_id: The partner's id of it.
        product_id: The product that it is of.
    """
    body = ImportResourceRequestBody(
        ownership="owned", product_id=product_id, name=resource_id, status="ready"
    )
    return Resource(body=body)
