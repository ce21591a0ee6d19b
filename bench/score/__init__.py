"""How good the answers are: cranes with a known truth, audited, and held against it."""
