"""Run Vercel's TypeScript SDK against the emulator: `python -m interop`, or `nox -s interop`.

Installs `@vercel/sdk` into a temporary folder, serves an emulator, and has `calls.mjs` call every
operation. `checks.py` then compares what the SDK returned with the emulator's state. `month.mjs`
plays a month with another emulator, by its control API, and `outsider.py` has a server in plain
Node installed by the emulator's command. Without node it prints so and succeeds.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from interop.checks import CHECKS, KNOWN_FAILURES, MONTH
from interop.outsider import SEEN, try_partner
from vercel_marketplace._internal.operation import MARKETPLACE
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.emulator.api.router import ROUTES

HERE = Path(__file__).resolve().parent
SHOWN = ("accept", "content-type", "cookie")


class Caller:
    """The process that makes the calls."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Use a process whose stdin and stdout are pipes."""
        self._process = process

    def call(self, operation_id: str) -> dict[str, Any]:
        """Call an operation, and return its `value` or its `error`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{operation_id}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return dict(json.loads(line)) if line else {"error": "node ended"}


def facts(emulator: Emulator, url: str) -> dict[str, str]:
    """Return what the calls need to know."""
    return {
        "url": url,
        "token": emulator.token,
        "installationId": emulator.installation_id,
        "memberId": emulator.team.admin_id,
        "productId": emulator.integration.product_id,
        "resourceId": emulator.resource_id,
        "clientId": emulator.integration.client_id,
        "clientSecret": emulator.integration.client_secret,
        "ssoCode": emulator.tokens.issue_sso_code(),
    }


def problem_with(operation_id: str, emulator: Emulator, caller: Caller) -> str | None:
    """Call an operation, and return what is wrong with it, if anything."""
    if operation_id not in CHECKS:
        return "no row in CHECKS"
    outcome = caller.call(operation_id)
    if operation_id in KNOWN_FAILURES:
        if "error" not in outcome:
            return "succeeds now: take it out of KNOWN_FAILURES"
    elif "error" in outcome:
        return str(outcome["error"])
    actual, expected = CHECKS[operation_id](emulator, outcome.get("value"))
    return None if actual == expected else f"{actual} instead of {expected}"


def order() -> list[str]:
    """Return the Marketplace's operations in the order of their checks, which need each other."""
    known = [route.operation.id for route in ROUTES if route.operation.tag == MARKETPLACE]
    return [*CHECKS, *(operation_id for operation_id in known if operation_id not in CHECKS)]


def run(folder: Path, node: str) -> int:
    """Make the calls, print the outcome of each, and return how many failed."""
    emulator = Emulator(RunningClock())
    failures = 0
    with emulator.serve() as url:
        command = [node, "calls.mjs", json.dumps(facts(emulator, url))]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, text=True) as process:
            caller = Caller(process)
            for operation_id in order():
                before = len(emulator.requests)
                problem = problem_with(operation_id, emulator, caller)
                failures += problem is not None
                print(f"{operation_id:<32}{'ok' if problem is None else problem}")
                for request in emulator.requests[before:]:
                    headers = (f"{name}: {request.headers.get(name)!r}" for name in SHOWN)
                    print(f"    {request.method} with {', '.join(headers)}")
    return failures


def play_month(folder: Path, node: str) -> list[str]:
    """Have a month played, and return what was seen of it that must not be so."""
    with Emulator().serve() as url:
        command = [node, "month.mjs", url]
        played = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False, timeout=120
        )
    return compare(json.loads(played.stdout) if played.returncode == 0 else {}, MONTH)


def compare(seen: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Return what was seen that must not be so."""
    names = [*expected, *(name for name in seen if name not in expected)]
    return [
        f"{name}: {seen.get(name)} instead of {expected.get(name)}"
        for name in names
        if seen.get(name) != expected.get(name)
    ]


def main() -> int:
    """Install and run."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("interop: skipped, for node or npm is not installed")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in ("package.json", *(file.name for file in HERE.glob("*.mjs"))):
            shutil.copy2(HERE / source, folder)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        subprocess.run([npm, "install", *quiet], cwd=folder, check=True)
        failures = run(folder, node)
        problems = play_month(folder, node)
        mistakes = compare(try_partner(folder, node), SEEN)
    print(f"{len(order()) - failures} of {len(order())} operations")
    print("a month by the control API:", "; ".join(problems) or "ok")
    print("a partner in Node, by the emulator's command:", "; ".join(mistakes) or "ok")
    return 1 if failures or problems or mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
