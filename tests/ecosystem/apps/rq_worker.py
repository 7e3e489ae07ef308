"""Works off two jobs of rq: one that runs out of time, and one after it in the same process."""

import json

from fakeredis import FakeStrictRedis
from jobs import account, vercel
from marketplace import connect
from rq import Queue, SimpleWorker

connect(vercel)  # or loading httpx might take all of the time
connection = FakeStrictRedis()
queue = Queue(connection=connection)
late = queue.enqueue(account, job_timeout=1)
next_one = queue.enqueue(account, job_timeout=20)
SimpleWorker([queue], connection=connection).work(burst=True, logging_level="ERROR")

last_line = (late.latest_result().exc_string or "").strip().splitlines()[-1]
print(json.dumps({"late": last_line, "next": next_one.return_value()}))
