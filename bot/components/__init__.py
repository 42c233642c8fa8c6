"""The parts of the NLU pipeline that are ours."""
