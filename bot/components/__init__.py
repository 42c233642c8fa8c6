"""The parts of the NLU pipeline that are ours."""

from bot import compat

# They import rasa, which runs on today's libraries only with the shims in place.
compat.install()
