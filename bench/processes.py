"""Start processes, wait for them, and make sure that they end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

Command = Sequence[object]
"""A program and its arguments; each is given as text."""

_POLL = 0.02
_GRACE = 15.0


class BenchFailed(Exception):
    """Something could not be measured; the message says what."""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Command, environment: Mapping[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in its own group while the block runs; then end it and all it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def wait_until(
    condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float
) -> None:
    """Poll until a condition holds; raise ``BenchFailed`` when the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        ended, late = process.poll() is not None, time.monotonic() > deadline
        if ended or late:
            why = f"ended with {process.returncode}" if ended else f"not ready in {seconds:.0f} s"
            tail = log.read_text(errors="replace")[-2000:]
            raise BenchFailed(f"{process.args!r} {why}:\n{tail}")
        time.sleep(_POLL)


def answers(url: str) -> bool:
    """Tell whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def run(command: Command, folder: Path, environment: Mapping[str, str]) -> float:
    """Run a command to its end and return the seconds; raise ``BenchFailed`` when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchFailed(f"{command!r} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def resident(process: psutil.Process) -> tuple[float, float]:
    """Return the proportional and the whole resident memory of a process, in MB (10⁶ bytes)."""
    found = process.memory_full_info()
    return found.pss / 1e6, found.rss / 1e6


def _end(process: subprocess.Popen[bytes]) -> None:
    started = [process.pid]
    if process.poll() is None:
        started += [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid in started[1:]:
        # A supervisor that was killed may leave its children; those that ended are gone.
        if psutil.pid_exists(pid):
            psutil.Process(pid).kill()
