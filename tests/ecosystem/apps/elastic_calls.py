"""Calls with `http_client` and without under Elastic's agent; prints what it would send."""

import json

import elasticapm
import httpx
from elasticapm.transport.base import Transport
from marketplace import TOKEN, URL, read_account

from vercel_marketplace import SyncVercel


class Recorder(Transport):
    """Keeps the events, and sends none."""

    events: list[tuple[str, object]] = []  # noqa: RUF012 (the agent makes the only instance)

    def queue(self, event_type: str, data: object, flush: bool = False) -> None:  # noqa: FBT001, FBT002 (Elastic's)
        """Keep one."""
        self.events.append((event_type, data))


agent = elasticapm.Client(
    service_name="partner",
    transport_class=f"{__name__}.Recorder",
    cloud_provider="none",
    central_config=False,
    metrics_interval="0s",
)
elasticapm.instrument()


def count_spans(vercel: SyncVercel) -> int:
    """Make one call, and return how many spans it is."""
    before = len(Recorder.events)
    agent.begin_transaction("task")
    read_account(vercel)
    agent.end_transaction("billing")
    return [kind for kind, _ in Recorder.events[before:]].count("span")


with_client = count_spans(
    SyncVercel(bearer_token=TOKEN, server_url=URL, http_client=httpx.Client())
)
alone = count_spans(SyncVercel(bearer_token=TOKEN, server_url=URL))
agent.close()
has_token = TOKEN in str(Recorder.events)
print(json.dumps({"http_client": with_client, "alone": alone, "has_token": has_token}))
