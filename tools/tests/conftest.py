"""Tests find the modules of tools, and those of its programs as these find them."""

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOOLS), str(TOOLS / "soak"), str(TOOLS / "signals"), str(TOOLS / "scale")]
