"""The command prints what is not meant to differ, and its exit code says whether there is any."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

from scripts import check_contract
from scripts.contract.allowlist import KnownDifference, read_allowlist
from tests.drift.fixtures import (
    EVENT_SCHEMA,
    MEMBER,
    MEMBER_SCHEMA,
    changed,
    drop,
    enum,
    place,
    put,
)

ROOT = Path(__file__).parents[2]
KNOWN = read_allowlist(check_contract.ALLOWLIST)
ROLE = KnownDifference("get-member", "200.role", '"NONE"', "nothing", "It is meant.")
NEW_ROLE = put(enum("ADMIN", "USER", "NONE"), *MEMBER_SCHEMA("properties", "role"))


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run the command on a changed document, with more in the list; return code and lines."""

    def run(*changes, known=()):
        monkeypatch.setattr(check_contract, "read_allowlist", lambda _: [*KNOWN, *known])
        path = tmp_path / "document.json"
        path.write_text(json.dumps(changed(*changes)))
        code = check_contract.main([str(path)])
        return code, capsys.readouterr().out.splitlines()

    return run


def test_the_vendored_document_has_no_unexplained_difference(run):
    """Every operation is as documented, but for what the list explains; that is one line."""
    line = f"26 operations compared: as documented, but for {len(KNOWN)} known differences"
    assert run() == (0, [line])


def test_a_difference_is_named_and_the_code_is_1(run):
    """The report has the operation, the place in both languages, both sides, and a count."""
    assert run(NEW_ROLE) == (
        1,
        [
            "get-member: GET /v1/installations/{integrationConfigurationId}/member/{memberId}",
            '  200.role (Member.role): "NONE" in the document, nothing in the package',
            "",
            f"Differences: 1 unexplained, 0 stale entries, {len(KNOWN)} known",
        ],
    )


def test_a_known_difference_is_not_named(run):
    """What an entry of the list explains is counted and otherwise passed over."""
    code, (line,) = run(NEW_ROLE, known=[ROLE])
    assert code == 0
    assert f"{len(KNOWN) + 1} known" in line


@pytest.mark.parametrize("side", ["document", "package"])
def test_an_entry_explains_nothing_but_its_very_words(run, side):
    """When either side of a known difference changes again, that is new, and the entry stale."""
    code, lines = run(NEW_ROLE, known=[evolve(ROLE, **{side: '"OWNER"'})])
    assert code == 1
    assert "200.role (Member.role)" in lines[1]
    assert lines[3:5] == [
        "Known differences that no longer exist:",
        "  get-member: 200.role  (It is meant.)",
    ]


def test_an_entry_that_explains_nothing_is_named(run):
    """A difference that is gone takes its entry with it."""
    code, lines = run(known=[ROLE])
    assert code == 1
    assert "get-member: 200.role" in lines[1]
    assert f"0 unexplained, 1 stale entries, {len(KNOWN)} known" in lines[-1]


def test_an_entry_waits_for_its_operation(run):
    """Where a whole operation is missing, that is reported alone."""
    code, lines = run(drop(*MEMBER()), known=[ROLE])
    assert code == 1
    assert not any("200.role" in line for line in lines)


def test_the_order_is_not_the_documents(run):
    """The report of a document that was only put in another order is the same."""

    def reverse(document):
        document["paths"] = dict(reversed(document["paths"].items()))

    changes = [
        NEW_ROLE,
        put({}, *MEMBER("responses", "429")),
        drop(*EVENT_SCHEMA("properties", "event", "oneOf"), 0),
        drop(*place("/account", "get")),
    ]
    assert run(*changes) == run(*changes, reverse)


def test_every_entry_of_the_list_has_its_reason():
    """No difference is set aside without a word."""
    assert [entry for entry in KNOWN if len(entry.reason.split()) < 5] == []


# The command line ------------------------------------------------------------------------

UNREADABLE = {
    "missing": (None, "No such file"),
    "YAML": (b"openapi: 3.0.3\n", "not JSON"),
    "bytes": (b"\xff\xfe\x00", "not JSON"),
    "nested": (b"[" * 100_000, "not JSON"),
    "a list": (b"[]", "not an OpenAPI document"),
    "another version": (b'{"openapi": "2.0"}', "not an OpenAPI 3 document"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_one_line_and_code_2(content, message, tmp_path, capsys):
    """Bad usage is told from a difference, and says in a line what is wrong."""
    path = tmp_path / "document"
    if content is not None:
        path.write_bytes(content)
    assert check_contract.main([str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err


@pytest.mark.parametrize("arguments", [[], ["one", "two"]])
def test_it_requires_one_document(arguments):
    """As a module it runs from the root of the repository, and says how it is used."""
    command = [sys.executable, "-m", "scripts.check_contract", *arguments]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "usage: python -m scripts.check_contract DOCUMENT\n"
