"""Hold the schema's history; accounts.db runs it."""
