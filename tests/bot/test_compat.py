"""The shims that let Rasa run on current libraries."""

import os
import subprocess
import sys

import pytest

_INSTALLED = "from bot import compat; compat.install(); compat.install();"


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _INSTALLED + code],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **environment},
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


def test_bytecode_is_kept_whatever_the_environment_says():
    done = run("import sys; print(sys.dont_write_bytecode)", PYTHONDONTWRITEBYTECODE="1")
    assert done.stdout.strip() == "False", done.stderr


SERVING = "compat.leave_out_the_unserved();"


def test_what_serves_turns_leaves_out_what_it_never_uses():
    done = run(
        SERVING
        + "import sys, rasa.core.run, rasa.core.agent, bot.channel, bot.components.classifier;"
        "heavy = ('scipy.stats', 'aiogram.types', 'matplotlib.pyplot', 'botocore.client',"
        " 'pymongo.collection', 'sklearn.utils', 'socketio.server', 'redis.client');"
        "from bot.compat import Missing;"
        "print([n for n in heavy if hasattr(sys.modules.get(n), '__file__')])"
    )
    assert done.stdout.strip().endswith("[]"), done.stderr


def test_what_is_left_out_says_so_when_used():
    done = run(SERVING + "import redis\nclass Store(redis.Redis): pass\nStore()")
    assert "see bot/compat.py" in done.stderr


@pytest.mark.parametrize("name", ["google.protobuf", "sqlalchemy", "scipy.sparse", "dask"])
def test_what_is_used_stays(name: str):
    done = run(SERVING + f"import {name}; print({name}.__file__)")
    assert "site-packages" in done.stdout, done.stderr


def test_training_has_everything():
    done = run("import sklearn, redis, aiogram; print(sklearn.__file__)")
    assert "site-packages" in done.stdout, done.stderr
