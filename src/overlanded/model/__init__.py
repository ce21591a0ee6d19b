"""The nouns: frozen values without I/O. Nothing here imports another part of the project."""
