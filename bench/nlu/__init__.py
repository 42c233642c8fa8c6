"""How well messages are understood, beside other engines: ``python -m bench nlu``."""
