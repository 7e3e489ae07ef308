"""What Vercel calls: installations, resources, plans."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_hex, token_urlsafe
from sqlite3 import Connection

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse

from . import wire
from .calls import AnyCaller, Caller, CurrentPartner, IdempotencyKey, Writer
from .plans import PLANS, PRODUCT
from .storage import installations, resources
from .storage.installations import Installation
from .storage.resources import Resource

router = APIRouter(prefix="/v1")

INSTALLATION = "/installations/{installation_id}"
RESOURCE = INSTALLATION + "/resources/{resource_id}"


# Installations -------------------------------------------------------------------------


@router.put(INSTALLATION, status_code=204)
def install(
    installation_id: str, body: wire.Install, partner: CurrentPartner, _writer: Writer
) -> None:
    """A team installs the product, or Vercel has a new token for it."""
    policies = {name: at.isoformat() for name, at in body.accepted_policies.items()}
    with partner.database.transaction() as db:
        if not installations.install(
            db,
            installation_id,
            access_token=body.credentials.access_token.get_secret_value(),
            account_name=body.account.name,
            accepted_policies=policies,
            now=partner.clock(),
        ):
            raise HTTPException(409, "the installation was removed")


@router.get(INSTALLATION, response_model_exclude_none=True)
def get_installation(
    installation_id: str, partner: CurrentPartner, _caller: Caller
) -> wire.Installation:
    """How an installation stands."""
    with partner.database.transaction() as db:
        plan_id = _installation(db, installation_id).plan_id
    plan = None if plan_id is None else wire.BillingPlan.of(PLANS[plan_id])
    return wire.Installation(billing_plan=plan)


@router.patch(INSTALLATION, status_code=204)
def change_installation(
    installation_id: str, body: wire.ChangeInstallation, partner: CurrentPartner, _writer: Writer
) -> None:
    """A team chooses a plan for all of it. Each database is billed by its own."""
    with partner.database.transaction() as db:
        _installation(db, installation_id)
        if body.billing_plan_id is not None:
            installations.choose_plan(db, installation_id, body.billing_plan_id)


@router.delete(INSTALLATION)
def uninstall(installation_id: str, partner: CurrentPartner, _writer: Writer) -> Response:
    """A team removes the product. Its databases go with it; the last invoice is `run_hourly`'s."""
    with partner.database.transaction() as db:
        if installations.uninstall(db, installation_id, partner.clock()):
            return JSONResponse({"finalized": False})
    return Response(status_code=204)


# Plans ---------------------------------------------------------------------------------


@router.get("/products/{slug}/plans")
def plans_of_product(slug: str, _caller: AnyCaller) -> wire.Plans:
    """The plans for a new database."""
    if slug != PRODUCT:
        raise HTTPException(404, "there is no such product")
    return _plans()


# Before the route below, which would take `new` for an installation.
@router.get("/installations/new/plans")
def plans_before_installation(_caller: AnyCaller) -> wire.Plans:
    """The plans for a team that has no installation yet."""
    return _plans()


@router.get(INSTALLATION + "/plans")
def plans_of_installation(
    installation_id: str, partner: CurrentPartner, _caller: Caller
) -> wire.Plans:
    """The plans for an installation."""
    with partner.database.transaction() as db:
        _installation(db, installation_id)
    return _plans()


@router.get(RESOURCE + "/plans")
def plans_of_resource(
    installation_id: str, resource_id: str, partner: CurrentPartner, _caller: Caller
) -> wire.Plans:
    """The plans that a database may change to."""
    with partner.database.transaction() as db:
        _resource(db, installation_id, resource_id)
    return _plans()


# Resources -----------------------------------------------------------------------------


@router.post(INSTALLATION + "/resources")
def provision(
    installation_id: str,
    body: wire.Provision,
    idempotency_key: IdempotencyKey,
    partner: CurrentPartner,
    _writer: Writer,
) -> wire.ProvisionedResource:
    """A team wants a database. The same request again gets the same one."""
    wanted = Resource(
        id=f"db_{token_hex(10)}",
        installation_id=installation_id,
        product_id=body.product_id,
        name=body.name,
        metadata=body.metadata,
        plan_id=body.billing_plan_id,
    )
    with partner.database.transaction() as db:
        _installation(db, installation_id)
        earlier = resources.claim(
            db, installation_id, "provision", idempotency_key, resource_id=wanted.id
        )
        if earlier is None:
            resources.add(db, wanted, password=token_urlsafe(24), now=partner.clock())
        resource = _resource(db, installation_id, earlier or wanted.id)
        return wire.ProvisionedResource.with_secrets(resource, _secrets(db, resource))


@router.get(RESOURCE)
def get_resource(
    installation_id: str, resource_id: str, partner: CurrentPartner, _caller: Caller
) -> wire.Resource:
    """How a database stands."""
    with partner.database.transaction() as db:
        return wire.Resource.of(_resource(db, installation_id, resource_id))


@router.patch(RESOURCE)
def change_resource(
    installation_id: str,
    resource_id: str,
    body: wire.ChangeResource,
    partner: CurrentPartner,
    _writer: Writer,
) -> wire.Resource:
    """A team renames a database, moves it to another plan, or suspends it."""
    with partner.database.transaction() as db:
        before = _resource(db, installation_id, resource_id)
        after = replace(
            before,
            name=body.name or before.name,
            metadata=before.metadata if body.metadata is None else body.metadata,
            plan_id=body.billing_plan_id or before.plan_id,
            status=body.status or before.status,
        )
        resources.change(db, after, partner.clock())
        return wire.Resource.of(after)


@router.delete(RESOURCE, status_code=204)
def delete_resource(
    installation_id: str, resource_id: str, partner: CurrentPartner, _writer: Writer
) -> None:
    """A team deletes a database. One that is not there was deleted before."""
    with partner.database.transaction() as db:
        resources.delete(db, installation_id, resource_id, partner.clock())


@router.post(RESOURCE + "/secrets/rotate")
def rotate(
    installation_id: str,
    resource_id: str,
    body: wire.Rotate,
    idempotency_key: IdempotencyKey,
    partner: CurrentPartner,
    _writer: Writer,
) -> wire.Rotated:
    """A new password is wanted. The same request again gets the present one, and changes none."""
    now = partner.clock()
    with partner.database.transaction() as db:
        resource = _resource(db, installation_id, resource_id)
        operation = f"rotate {resource_id}"
        if not resources.claim(
            db, installation_id, operation, idempotency_key, resource_id=resource_id
        ):
            resources.rotate(
                db,
                resource,
                password=token_urlsafe(24),
                now=now,
                old_until=now + timedelta(hours=body.delay_old_secrets_expiration_hours),
            )
        return wire.Rotated(secrets=_secrets(db, resource))


# What they share -----------------------------------------------------------------------


def _installation(db: Connection, installation_id: str) -> Installation:
    installation = installations.find(db, installation_id)
    if installation is None:
        raise HTTPException(404, "there is no such installation")
    return installation


def _resource(db: Connection, installation_id: str, resource_id: str) -> Resource:
    resource = resources.find(db, installation_id, resource_id)
    if resource is None:
        raise HTTPException(404, "there is no such resource")
    return resource


def _secrets(db: Connection, resource: Resource) -> list[wire.Secret]:
    password = resources.password(db, resource)
    url = f"postgresql://acme:{password}@{resource.id}.postgres.acme.example/main"
    return [wire.Secret(name="DATABASE_URL", value=url)]


def _plans() -> wire.Plans:
    return wire.Plans(plans=[wire.BillingPlan.of(plan) for plan in PLANS.values()])
