"""What a release publishes is reproducible, complete, and published from CI's tag alone."""

import pytest

from scripts.release import (
    ReleaseError,
    complete,
    main,
    reason_to_refuse,
    require_no_path,
    require_same,
)

TAG = {"CI": "true", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.2.3"}


def test_the_tag_of_the_version_is_published():
    """In CI, the tag v1.2.3 publishes version 1.2.3."""
    assert reason_to_refuse(TAG, "1.2.3") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"CI": ""}, "only CI publishes; add --dry-run"),
        ({"GITHUB_REF_NAME": "v1.2.4"}, "from the tag v1.2.3, not from 'v1.2.4'"),
        ({"GITHUB_REF_NAME": "1.2.3"}, "from the tag v1.2.3, not from '1.2.3'"),
        ({"GITHUB_REF_TYPE": "branch"}, "from the tag v1.2.3, not from 'v1.2.3'"),
    ],
)
def test_anything_else_is_refused(change, reason):
    """A person's machine, a branch and the tag of another version publish nothing."""
    assert reason in reason_to_refuse(TAG | change, "1.2.3")


def test_nothing_is_built_outside_ci_without_a_dry_run(monkeypatch, capsys):
    """The refusal comes before the work, and says how to try."""
    monkeypatch.delenv("CI", raising=False)
    assert main([]) == 2
    assert "--dry-run" in capsys.readouterr().err


def test_two_builds_that_are_the_same_pass():
    """The same names with the same hashes are one release."""
    require_same({"a.whl": "1", "a.tar.gz": "2"}, {"a.tar.gz": "2", "a.whl": "1"})


@pytest.mark.parametrize("second", [{"a.whl": "2"}, {}])
def test_a_build_that_cannot_be_repeated_is_not_published(second):
    """The file that differs, or that only one build has, is named."""
    with pytest.raises(ReleaseError, match=r"differ in a\.whl$"):
        require_same({"a.whl": "1"}, second)


def test_the_list_of_components_names_the_version_and_no_address_of_the_tool():
    """The package is in it as it is published; the tool by name and version alone."""
    tool = {"name": "tool", "type": "application", "version": "1", "externalReferences": ["…"]}
    document = {
        "components": ["…"],
        "metadata": {"component": {"name": "package"}, "tools": {"components": [tool]}},
    }
    assert complete(document, "1.2.3") == {
        "components": ["…"],
        "metadata": {
            "component": {
                "name": "package",
                "version": "1.2.3",
                "purl": "pkg:pypi/vercel-marketplace@1.2.3",
            },
            "tools": {"components": [{"name": "tool", "type": "application", "version": "1"}]},
        },
    }


@pytest.mark.parametrize("leak", ["file:", "/builds/one"])
def test_a_list_of_components_with_a_path_of_the_machine_is_not_published(leak):
    """Where it was built is nobody's business, and would change its hash."""
    with pytest.raises(ReleaseError, match="names"):
        require_no_path(f'{{"url": "{leak}/x.whl"}}', ["/builds/one"])
