"""How an operation runs, from its text to its answer (docs/decisions/0012)."""
