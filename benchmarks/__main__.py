"""What the SDK costs, as a multiple of what bare httpx costs for the same traffic.

Run `python -m benchmarks` at the root of the repository (or `nox -s bench`).

**Sides.** `ours.py` calls the SDK's methods, with all that they do: the request is checked and
written, the answer checked and read into models. `bare.py` is what a careful user of httpx
writes instead. Both call a loopback server, `server.py`, with ids that change from call to call,
so that no cache of URLs helps either. There are two, one of which waits for 50 ms before it
responds. A server is a process of its own: what it uses counts for nobody.

**Environments.** Each side runs on the standard library and the packages that a fresh
installation of it brings, httpx in the same version (see `environments.py`). `--same-packages`
gives the bare side ours, sniffio among them, which makes its async calls cheaper.

**Measure.** A figure is CPU time of the measuring process (`time.process_time`, the kernel's
share included), but where the table says wall or memory. A row is measured in batches, a batch
of one side next to one of the other, the order changing from pair to pair, so that what else
the machine does meets both. After each round both sides start again in new processes, for one
process may be luckier with its memory than the next. The table shows the median of all batches
of a side and the ratio of the two medians; `middle half` is where half of the ratios of
neighbouring batches lie. Memory is the peak that tracemalloc sees above the start of a call.

**aiohttp.** A second table has the SDK with the extra `aiohttp` against the same bare httpx.

**The emulator.** A third table has the same call of the SDK on an emulator in the process
(`in_process.py`) and on one that the process serves to itself over loopback HTTP
(`over_http.py`): either way the figure is all that the call costs, the emulator's part included.

**The partner API.** A third table has a request to provision a resource as `SyncPartnerAPI`
serves it, with the token verified and the response checked (`served.py`), and the partner's method
by itself (`method.py`). There the limit is no ratio: all that is around the method may cost half a
millisecond.

**Not covered.** Plain http: the first https call of a process also loads the certificates, on
either side. httpx does that for every client it makes, used or not, the SDK once a process.

**Bars.** Each row has the ratio that it may cost at most; `over` says which does not keep it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import environments

HERE = Path(__file__).resolve().parent
SIDES = ("ours", "bare")
OVER_AIOHTTP = ("over_aiohttp", "bare")
EMULATED = ("in_process", "over_http")
SERVED = ("served", "method")
AT_ONCE, SLOW = 0, 50

Pair = tuple[float, float]
Measure = Callable[[str, "Row"], float]


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        title: What is measured.
        bar: The ratio that it may cost at most.
        what: What a worker is asked for; or `cold` and the name of a script of `COLD`.
        calls: How many calls a batch has, of which the mean is taken.
        batches: How many batches a round has.
        unit: In what the table shows it.
        sides: What is compared.
        delay: How long the server waits before it responds, in milliseconds.
        more: What the first side may cost more than the second, in seconds: a limit in place of
            the ratio.
    """

    title: str
    bar: float
    what: str
    calls: int = 1
    batches: int = 20
    unit: str = "us"
    sides: tuple[str, str] = SIDES
    delay: int = AT_ONCE
    more: float | None = None


# Batches of some 20 milliseconds: what else the machine does then meets few of them.
ROWS = (
    Row("64 in flight", 0.32, "async flight", batches=10, unit="ms"),
    Row("64 in flight, 50 ms", 0.28, "async flight", batches=10, unit="ms", delay=SLOW),
    Row("async GET, an invoice", 0.45, "async get_invoice", 15),
    Row("async POST, an invoice", 0.55, "async submit_invoice", 15),
    Row("async POST, an event", 0.55, "async create_event", 15),
    Row("blocking GET, an invoice", 0.72, "blocking get_invoice", 30),
    Row("blocking POST, an invoice", 0.78, "blocking submit_invoice", 30),
    Row("blocking POST, an event", 0.78, "blocking create_event", 30),
    Row("20 000 resources in", 1.40, "blocking get_resources", batches=10, unit="ms"),
    Row("20 000 resources in (memory)", 1.10, "memory get_resources", batches=1, unit="MB"),
    Row("20 000 usage rows out", 1.30, "blocking submit_usage", batches=10, unit="ms"),
    Row("20 000 usage rows out (memory)", 1.30, "memory submit_usage", batches=1, unit="MB"),
    Row("import, construct (wall)", 0.15, "cold construct", batches=6, unit="ms"),
    Row("same, custom server_url (wall)", 0.15, "cold construct_for", batches=6, unit="ms"),
    Row("first answered call", 1.00, "cold first", batches=6, unit="ms"),
    Row("first answered call, 50 ms", 1.00, "cold first", batches=6, unit="ms", delay=SLOW),
    Row("construct, GET, close (async)", 0.05, "async once", 2, batches=10, unit="ms"),
    Row("construct, GET, close", 0.03, "blocking once", 2, batches=10, unit="ms"),
    Row("aiohttp: 64 in flight", 0.12, "async flight", batches=10, unit="ms", sides=OVER_AIOHTTP),
    Row("aiohttp: GET, an invoice", 0.30, "async get_invoice", 15, sides=OVER_AIOHTTP),
    Row("emulator: GET, an invoice", 0.50, "blocking get_invoice", 30, sides=EMULATED),
    Row("emulator: POST, usage", 0.50, "blocking submit_day", 30, sides=EMULATED),
    Row("emulator: GET, async", 0.50, "async get_invoice", 15, sides=EMULATED),
    Row("partner API: a resource", 0, "blocking provision", 40, sides=SERVED, more=0.0005),
)

_SCALE = {"us": 1e6, "ms": 1e3, "MB": 1e-6}

# New processes, a script each. A client that was only made needs no closing.
COLD = {
    ("construct", "ours"): """
import time
start = time.perf_counter()
from vercel_marketplace import Vercel
Vercel(bearer_token="benchmark-token")
print(time.perf_counter() - start)
""",
    ("construct", "bare"): """
import time
start = time.perf_counter()
import httpx
httpx.AsyncClient()
print(time.perf_counter() - start)
""",
    ("construct_for", "ours"): """
import time
start = time.perf_counter()
import sys
from vercel_marketplace import Vercel
Vercel(bearer_token="benchmark-token", server_url=sys.argv[1])
print(time.perf_counter() - start)
""",
    ("construct_for", "bare"): """
import time
start = time.perf_counter()
import sys
import httpx
httpx.AsyncClient(base_url=sys.argv[1])
print(time.perf_counter() - start)
""",
    ("first", "ours"): """
import time
start = time.process_time()
import asyncio, sys
from vercel_marketplace import Vercel
async def main(url):
    async with Vercel(bearer_token="benchmark-token", server_url=url) as vercel:
        await vercel.marketplace.get_invoice(
            integration_configuration_id="icfg_1", invoice_id="mi_1"
        )
        print(time.process_time() - start)
asyncio.run(main(sys.argv[1]))
""",
    ("first", "bare"): """
import time
start = time.process_time()
import asyncio, sys
import httpx
async def main(url):
    async with httpx.AsyncClient(headers={"authorization": "Bearer benchmark-token"}) as client:
        response = await client.get(f"{url}/v1/installations/icfg_1/billing/invoices/mi_1")
        response.raise_for_status()
        response.json()
        print(time.process_time() - start)
asyncio.run(main(sys.argv[1]))
""",
}


class Bench:
    """Starts processes of either side, on packages of its own."""

    def __init__(self, packages: dict[str, Path], urls: dict[int, str]) -> None:
        """Keep the package folders by side, and where the servers are, by their delay."""
        self._packages = packages
        self._urls = urls

    @contextmanager
    def round(self, sides: Iterable[str]) -> Iterator[Measure]:
        """Give what measures one batch, by worker processes that end with the round."""
        with ExitStack() as stack:
            workers = {side: self._worker(side, stack) for side in sides}

            def measure(side: str, row: Row) -> float:
                kind, _, script = row.what.partition(" ")
                if kind == "cold":
                    return self._cold(script, side, self._urls[row.delay])
                return _ask(workers[side], f"{self._urls[row.delay]} {row.what} {row.calls}")

            yield measure

    def _worker(self, side: str, stack: ExitStack) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [*_python(), HERE / "worker.py", side],
            env=self._environment(side),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return stack.enter_context(worker)

    def _cold(self, script: str, side: str, url: str) -> float:
        done = subprocess.run(
            [*_python(), "-c", COLD[script, side], url],
            env=self._environment(side),
            cwd=self._packages[side].parent,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return float(done.stdout)

    def _environment(self, side: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith("PYTHON") and not name.upper().endswith("_PROXY")
        }
        return kept | {"PYTHONPATH": str(self._packages[side])}


def _python() -> tuple[str, ...]:
    return (sys.executable, "-S", "-s")


def _ask(worker: subprocess.Popen[str], line: str) -> float:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{line}\n")
    worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        sys.exit(f"a worker ended instead of measuring {line!r}")
    return float(answer)


@contextmanager
def _server(delay: int) -> Iterator[str]:
    server = subprocess.Popen(
        [*_python(), HERE / "server.py", str(delay)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"


def measure_rows(
    bench: Bench, rows: Sequence[Row], *, rounds: int, share: float
) -> dict[Row, list[Pair]]:
    """Measure each row in each round; `share` shortens the batches."""
    pairs: dict[Row, list[Pair]] = {row: [] for row in rows}
    turn = 0
    sides = dict.fromkeys(side for row in rows for side in row.sides)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        with bench.round(sides) as measure:
            for row in rows:
                short = row._replace(calls=max(1, round(row.calls * share)))
                if number == 0:
                    for side in row.sides:  # compiles what is not compiled yet
                        measure(side, short)
                for _ in range(max(1, round(row.batches * share))):
                    turn += 1
                    order = row.sides if turn % 2 else row.sides[::-1]
                    seen = {side: measure(side, short) for side in order}
                    first, second = row.sides
                    pairs[row].append((seen[first], seen[second]))
    return pairs


def report(pairs: dict[Row, list[Pair]]) -> bool:
    """Print the tables; whether every bar is kept."""
    kept = True
    sides = None
    for row, measured in pairs.items():
        if row.sides != sides:
            sides = row.sides
            first, second = (side.replace("_", " ") for side in sides)
            print(f"{'what':<31}{first:>11}{second:>11}{'ratio':>7}{'middle half':>13}{'bar':>6}")
        mine, other = (statistics.median(values) for values in zip(*measured, strict=True))
        scale = _SCALE[row.unit]
        found, limit = mine / other, row.bar
        figures = f"{found:>7.2f}{_middle_half(measured):>13}{limit:>6.2f}"
        if row.more is not None:
            found, limit = mine - other, row.more
            figures = f"{found * scale:>+7.0f}{'-':>13}{limit * scale:>+6.0f}"
        kept = kept and found <= limit
        print(
            f"{row.title:<31}{mine * scale:>8.1f} {row.unit}{other * scale:>8.1f} {row.unit}"
            f"{figures}  {'ok' if found <= limit else 'over'}"
        )
    return kept


def _middle_half(measured: Sequence[Pair]) -> str:
    ratios = [mine / other for mine, other in measured]
    if len(ratios) == 1:
        return "-"
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{low:.2f}-{high:.2f}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a look at whether it runs")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a bar is missed")
    parser.add_argument("--rounds", type=int, default=8, help="how often to start anew")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows with this in their title")
    parser.add_argument(
        "--package",
        type=Path,
        default=environments.ROOT / "vercel_marketplace",
        help="measure the package in this folder instead",
    )
    parser.add_argument(
        "--same-packages", action="store_true", help="run bare httpx beside our dependencies"
    )
    options = parser.parse_args()
    rows = [row for row in ROWS if options.only in row.title]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        requirements = environments.our_requirements()
        served = [*requirements, *environments.our_requirements("emulator")]
        wanted = {
            "ours": (requirements, options.package),
            "over_aiohttp": (
                [*requirements, *environments.our_requirements("aiohttp")],
                options.package,
            ),
            "bare": (requirements if options.same_packages else ["httpx"], None),
        }
        wanted |= dict.fromkeys(EMULATED, (served, options.package))
        tokens = [*served, *environments.our_requirements("tokens")]
        wanted |= dict.fromkeys(SERVED, (tokens, options.package))
        print(f"CPython {sys.version.split()[0]} on {sys.platform}")
        packages: dict[str, Path] = {}
        for side in dict.fromkeys(side for row in rows for side in row.sides):
            packages[side] = folder / side
            needed, package = wanted[side]
            installed = environments.make(packages[side], needed, package=package)
            print(f"{side}: {', '.join(installed)}")
        urls = {delay: stack.enter_context(_server(delay)) for delay in (AT_ONCE, SLOW)}
        bench = Bench(packages, urls)
        pairs = measure_rows(
            bench,
            rows,
            rounds=1 if options.quick else options.rounds,
            share=0.05 if options.quick else 1,
        )
    kept = report(pairs)
    return 1 if options.strict and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
