"""The shims that let Rasa run on current libraries."""

import subprocess
import sys

import pytest

_INSTALLED = "from bot import compat; compat.install(); compat.install();"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _INSTALLED + code],
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_rasa_imports_without_tensorflow():
    done = run("import rasa.core.agent, rasa.model_training, tensorflow; print('ok')")
    assert done.stdout.strip().endswith("ok"), done.stderr


def test_a_tensorflow_object_cannot_be_used():
    done = run("import tensorflow as tf\nclass Layer(tf.keras.layers.Layer): pass\nLayer()")
    assert "TensorFlow is not installed" in done.stderr


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os; print(os.environ['RASA_TELEMETRY_ENABLED'])", "false"),
        ("import os; print(os.environ['OPENBLAS_NUM_THREADS'])", "1"),
        ("import numpy as np; print(np.VisibleDeprecationWarning.__name__)", "VisibleDeprecation"),
        ("import tensorflow as tf; print(tf.function(len)('abc'))", "3"),
    ],
)
def test_install_prepares_the_process(code: str, expected: str):
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout
