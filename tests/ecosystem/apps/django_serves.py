"""Vercel calls the Django program of the page, in process."""

import json
import os
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
sys.path += [str(ROOT / "examples"), str(ROOT)]  # at the end: the package is the installed one

from tests.frameworks import SITE, play, settings
from vercel_marketplace.emulator import Emulator, RunningClock

emulator = Emulator(RunningClock())
with emulator.serve() as url:
    os.environ |= settings(emulator, url)
    import acme_django

    transport = httpx.WSGITransport(app=acme_django.application)
    with httpx.Client(transport=transport, base_url=SITE) as http:
        play(emulator, http)
    acme_django.vercel.close()
    acme_django.verifier.close()

print(json.dumps("played"))
