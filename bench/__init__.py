"""Measure what the assistant costs and how fast it is: ``python -m bench``."""
