"""A text becomes an operation that may run: parsed, measured, validated, priced, each once."""
