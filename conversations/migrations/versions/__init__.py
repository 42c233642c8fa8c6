"""Alembic migrations of the conversation database."""
