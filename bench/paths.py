"""Where things are."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

BIN = ROOT / ".venv" / "bin"
CHAT = (sys.executable, "-m", "chat_infonavit")
"""Not the installed script: this checkout is measured, wherever its environment was made."""

UV = BIN / "uv"
FIGURES = ROOT / "docs" / "figures.md"
UNDERSTANDING = ROOT / "docs" / "understanding.md"
CHART = ROOT / "docs" / "images" / "understanding.svg"
STOCK = Path(__file__).resolve().parent / "stock"
KEPT = ROOT / "var" / "bench"
"""What is kept between runs: stock models, and what slow engines answered."""
