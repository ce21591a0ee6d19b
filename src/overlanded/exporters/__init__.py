"""Reports: each reads the case document, as ``tree`` shapes it, and nothing else."""
