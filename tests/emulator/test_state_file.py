"""The state of an emulator in a file."""

import json
import stat

import pytest

from tests.operations import CASES, DEPRECATED, FUNCTIONS
from vercel_marketplace import VercelCore, block_on
from vercel_marketplace.emulator.console.snapshot import Snapshot
from vercel_marketplace.emulator.console.state_file import load, save


def snapshot_of(emulator):
    return Snapshot(now=emulator.clock.now(), state=emulator._store.state)


def survives(emulator, path):
    """Whether the state is read as it was written."""
    written = snapshot_of(emulator)
    save(path, written)
    return load(path) == written


@DEPRECATED
@pytest.mark.parametrize("name", CASES)
def test_what_an_operation_leaves_is_kept(emulator, tmp_path, name):
    """Whatever a partner can send is in the file, in each detail."""
    core = VercelCore.blocking(bearer_token=emulator.token, transport=emulator.transport())
    block_on(FUNCTIONS[name](core, CASES[name].prepare(emulator))).unwrap()
    assert survives(emulator, tmp_path / "state.json")


def test_what_the_team_does_is_kept(emulator, tmp_path):
    """So are its installations, members, projects and codes, and the limits."""
    emulator.installations.add("icfg_2")
    emulator.team.add_member("usr_2")
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    emulator.tokens.issue_sso_code(state="s")
    emulator.tokens.import_url("https://acme.example/import")
    emulator.deployments.start_action("branch", deployment_id="dpl_1")
    emulator.deployments.cancel("dpl_1")
    emulator.faults.set_rate_limit(total=100)
    emulator.team.uninstall()
    assert survives(emulator, tmp_path / "state.json")


def test_only_its_owner_can_read_it(emulator, tmp_path):
    """It holds tokens and secrets, also where a file of that name was open to all."""
    path = tmp_path / "state.json"
    path.write_text("{}")
    path.chmod(0o644)
    save(path, snapshot_of(emulator))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not the state of an emulator"),
        ("[]", "is not the state of an emulator"),
        ("{}", "is not the state of an emulator"),
        ('{"version": 0}', "was written by another version"),
        ('{"version": 1}', "is damaged"),
        ('{"version": 1, "now": "x", "state": {}}', "is damaged"),
    ],
)
def test_another_file_is_refused(tmp_path, content, message):
    """The file is named, and nothing of it is shown."""
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"state.json {message}"):
        load(path)


def test_a_file_whose_secret_is_broken_does_not_show_it(emulator, tmp_path):
    """The error's whole text names the file alone."""
    path = tmp_path / "state.json"
    save(path, snapshot_of(emulator))
    content = json.loads(path.read_text())
    content["state"]["integration"]["issued"] = emulator.token
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"is damaged$"):
        load(path)
