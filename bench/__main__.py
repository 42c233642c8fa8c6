"""Let ``python -m bench`` be the command line."""

from bench.cli import app

app()
