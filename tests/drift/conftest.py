"""Lets the tests import `scripts`, which is no part of the package."""

import sys
from pathlib import Path

# At the end: the package that is tested is the one that is installed.
sys.path.append(str(Path(__file__).parents[2]))
