"""How an operation runs: one straight way from its text to its answer (docs/decisions/0012)."""
