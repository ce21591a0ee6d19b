"""Decoders without I/O: bytes in, columns and facts out."""
