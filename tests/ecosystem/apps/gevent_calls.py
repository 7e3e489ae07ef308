"""Ten calls in ten greenlets; prints their results and how long they took in all.

The argument says what comes before `patch_all`: nothing, or the import of the SDK.
"""

import sys

from gevent import monkey

before_patching = sys.argv[1]
if before_patching == "nothing":
    monkey.patch_all()

import json
import time

import gevent
from marketplace import TOKEN, URL, read_account

from vercel_marketplace import SyncVercel

vercel = SyncVercel(bearer_token=TOKEN, server_url=URL)
if before_patching != "nothing":
    monkey.patch_all()

started = time.perf_counter()
greenlets = [gevent.spawn(read_account, vercel) for _ in range(10)]
gevent.joinall(greenlets)
print(json.dumps([[each.value for each in greenlets], time.perf_counter() - started]))
