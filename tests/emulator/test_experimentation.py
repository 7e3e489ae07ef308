"""The flags and experiments of a resource, and its Global Config."""

import pytest

from tests.emulator.builders import send
from tests.operations import FLAG
from vercel_marketplace import (
    VercelBadRequestError,
    VercelCore,
    VercelForbiddenError,
    VercelNotFoundError,
    VercelPreconditionFailedError,
    block_on,
)
from vercel_marketplace import models as m
from vercel_marketplace.funcs import marketplace_get_global_config, marketplace_head_global_config


@pytest.fixture
def here(emulator):
    """Where the items are."""
    return {"resource_id": emulator.resource_id}


@pytest.fixture
def create(marketplace, here):
    """Makes items."""

    def call(*items):
        body = m.CreateExperimentationItemsRequestBody(items=items)
        marketplace.create_experimentation_items(**here, request_body=body)

    return call


def test_items_are_kept_in_order(emulator, create):
    """What was created is there to look at, whole, in the order in which it came."""
    second = m.ExperimentationItem(
        id="flag_2",
        slug="new",
        origin="o",
        category="flag",
        name="New",
        created_at=1_768_478_400_000,
    )

    create(FLAG, second)

    assert emulator.resources.experimentation_items == {emulator.resource_id: [FLAG, second]}


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([FLAG, FLAG], r"`items\[1\].id`: exists already"),
        (
            [m.ExperimentationItem(id=str(n), slug="s", origin="o") for n in range(51)],
            "`items`: mo",
        ),
    ],
)
def test_all_items_are_made_or_none(emulator, create, items, complaint):
    """Where one of the items is wrong, or there are too many, it is a 400 and none is made."""
    with pytest.raises(VercelBadRequestError, match=complaint):
        create(*items)

    assert emulator.resources.experimentation_items == {emulator.resource_id: []}


def test_as_many_items_as_vercel_takes_are_made(emulator, create):
    """50 items in one call are fine, with texts of 1024 characters."""
    items = [m.ExperimentationItem(id=str(n), slug="ü" * 1024, origin="o") for n in range(50)]

    create(*items)

    assert emulator.resources.experimentation_items[emulator.resource_id] == items


def test_an_item_is_created_once(emulator, create):
    """An id that is there is a 400, and the item stays what it was."""
    create(FLAG)

    with pytest.raises(VercelBadRequestError, match="exists already"):
        create(m.ExperimentationItem(id=FLAG.id, slug="other", origin="o"))

    assert emulator.resources.experimentation_items[emulator.resource_id] == [FLAG]


def test_an_item_is_changed_where_it_is_told(emulator, marketplace, here, create):
    """What is given of an item is changed, the rest stays, and so does its place."""
    first = m.ExperimentationItem(id="a", slug="s", origin="o", name="Name", is_archived=True)
    create(first, FLAG)

    body = m.UpdateExperimentationItemRequestBody(slug="t", origin="o", is_archived=False)
    marketplace.update_experimentation_item(**here, item_id="a", request_body=body)

    after = m.ExperimentationItem(id="a", slug="t", origin="o", name="Name", is_archived=False)
    assert emulator.resources.experimentation_items[emulator.resource_id] == [after, FLAG]


@pytest.mark.parametrize("name", ["slug", "origin", "name", "description"])
def test_an_item_holds_no_long_texts(emulator, marketplace, here, create, name):
    """A text that is longer than Vercel accepts is a 400 that names it, and nothing changes."""
    create(FLAG)
    body = m.UpdateExperimentationItemRequestBody(**{"slug": "s", "origin": "o", name: "x" * 2049})

    with pytest.raises(VercelBadRequestError, match=f"`{name}`: more than"):
        marketplace.update_experimentation_item(**here, item_id=FLAG.id, request_body=body)

    assert emulator.resources.experimentation_items[emulator.resource_id] == [FLAG]


def test_a_deleted_item_is_gone(emulator, marketplace, here, create):
    """After its deletion an item is neither there nor found."""
    create(FLAG)
    marketplace.delete_experimentation_item(**here, item_id=FLAG.id)

    assert emulator.resources.experimentation_items == {emulator.resource_id: []}
    with pytest.raises(VercelNotFoundError, match="Item not found"):
        marketplace.delete_experimentation_item(**here, item_id=FLAG.id)
    with pytest.raises(VercelNotFoundError, match="Item not found"):
        marketplace.update_experimentation_item(**here, item_id=FLAG.id)


# The Global Config --------------------------------------------------------------------


@pytest.fixture
def replace(marketplace, here):
    """Writes data."""

    def call(data):
        body = m.ReplaceGlobalConfigRequestBody(data=data)
        return marketplace.replace_global_config(**here, request_body=body)

    return call


DEEP = {"dark": [True, None, {"": 1.5}], "none": None, "object": {"a": {"b": []}}}


def test_a_global_config_is_empty_at_first(marketplace, here):
    """Each resource has a Global Config, without data until some are written."""
    assert marketplace.get_global_config(**here).items == {}


def test_what_was_written_is_read(emulator, marketplace, here, replace):
    """Any JSON comes back as it was, from the API and to look at."""
    written = replace(DEEP)

    assert written.items == DEEP
    assert written.updated_at == emulator.clock.now().timestamp() * 1000
    assert marketplace.get_global_config(**here) == written
    assert emulator.resources.global_configs == {emulator.resource_id: written}


def test_data_replace_all_data(replace):
    """What is not written again is gone."""
    replace(DEEP)

    assert replace({"a": 1}).items == {"a": 1}


def test_a_digest_tells_data_from_others(replace):
    """Other data have another digest, `true` and 1 too; the same in another order have the same."""
    same, other, again = ({"a": 1, "b": 2}, {"a": True, "b": 2}, {"b": 2, "a": 1})

    digests = [replace(data).digest for data in (same, other, again)]

    assert digests[0] == digests[2] != digests[1]


def test_the_same_data_change_nothing(emulator, replace):
    """Data that are there already leave the moment of the last change as it was."""
    first = replace(DEEP)
    emulator.clock.advance(hours=1)

    assert replace(DEEP) == first
    assert replace({}).updated_at == first.updated_at + 3_600_000


@pytest.fixture
def _not_synced(emulator):
    emulator.resources.set_global_config_sync(emulator.resource_id, enabled=False)


@pytest.mark.usefixtures("_not_synced")
def test_what_is_not_synced_is_not_read(emulator, marketplace, here):
    """Without the customer's leave there is nothing to read: a 404, to HEAD as well."""
    with pytest.raises(VercelNotFoundError, match="Global Config not found"):
        marketplace.get_global_config(**here)
    with pytest.raises(VercelNotFoundError):
        marketplace.head_global_config(**here)


@pytest.mark.usefixtures("_not_synced")
def test_what_is_not_synced_is_not_written(emulator, replace):
    """Without the customer's leave writing is a 412, and the data stay."""
    with pytest.raises(VercelPreconditionFailedError):
        replace(DEEP)

    assert emulator.resources.global_configs[emulator.resource_id].items == {}


@pytest.mark.usefixtures("_not_synced")
def test_syncing_is_in_the_list(emulator, marketplace, replace):
    """Whether the customer gives leave is in the list, and may change again."""
    (listed,) = marketplace.get_integration_resources().resources
    assert listed.protocol_settings.experimentation.global_config_syncing_enabled is False

    emulator.resources.set_global_config_sync(emulator.resource_id, enabled=True)

    (listed,) = marketplace.get_integration_resources().resources
    assert listed.protocol_settings.experimentation.global_config_syncing_enabled is True
    assert replace(DEEP).items == DEEP


def test_an_unknown_resource_is_not_synced(emulator):
    """Speaking of what does not exist is a mistake of the test that does it."""
    with pytest.raises(LookupError, match="no resource 'db_other'"):
        emulator.resources.set_global_config_sync("db_other", enabled=True)


def test_head_is_answered_without_a_body(emulator):
    """HEAD says with its status alone that there are data."""
    path = f"/resources/{emulator.resource_id}/experimentation/global-config"
    response = send(emulator, "HEAD", path)

    assert (response.status_code, response.content) == (200, b"")
    assert "content-type" not in response.headers


@pytest.mark.parametrize(
    ("function", "request_class"),
    [
        (marketplace_get_global_config, m.GetGlobalConfigRequest),
        (marketplace_head_global_config, m.HeadGlobalConfigRequest),
    ],
)
def test_a_fault_makes_a_304(emulator, function, request_class):
    """A test can ask for "not modified": a success without a value or a body."""
    operation_id = function.__name__.removeprefix("marketplace_").replace("_", "-")
    emulator.faults.fail(operation_id, status=304)
    core = VercelCore.blocking(emulator.token, transport=emulator.transport())

    result = block_on(function(core, request_class(emulator.installation_id, emulator.resource_id)))

    assert result.unwrap() is None
    assert (result.response.status_code, result.response.content) == (304, b"")


def test_an_error_of_a_fault_to_head_has_no_body(emulator, marketplace, here):
    """A fault responds to HEAD as HTTP does."""
    emulator.faults.fail("head-global-config", status=403, message="never seen")

    with pytest.raises(VercelForbiddenError) as caught:
        marketplace.head_global_config(**here)

    assert (caught.value.body, caught.value.message) == ("", "Forbidden")
