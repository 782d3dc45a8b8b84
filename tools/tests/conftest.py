"""The modules of tools/soak import each other as its main program finds them."""

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS / "soak"))
