"""The parts of the benchmark, each with its own section of the page."""
