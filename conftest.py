"""Lets the tests import `tests`, `scripts` and `examples`, which are no part of the package."""

import sys
from pathlib import Path

# At the end: the package to test is the one that is installed. Pytest's own `pythonpath` would
# put the source tree before it.
sys.path.append(str(Path(__file__).resolve().parent))
