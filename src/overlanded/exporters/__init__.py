"""Reports: each reads the case document, as ``json.tree`` shapes it, and nothing else."""
