"""Hold what the assistant knows about each trámite: data files, their model, checks and search."""
