"""Builds cranes out of real protocol stacks and records them, with the truth beside the record."""
