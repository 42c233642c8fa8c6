"""Composition: command line, process supervisor, logging."""
