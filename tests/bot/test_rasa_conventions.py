"""What any Rasa user expects to work from the root."""

import subprocess
import sys
from pathlib import Path

CHAT = Path(sys.executable).with_name("chat-infonavit")
ROOT = Path(__file__).resolve().parents[2]


def test_rasa_finds_nothing_to_complain_about():
    done = subprocess.run(
        [CHAT, "rasa", "data", "validate", "--fail-on-warnings"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
