"""The facts that a level is computed from: records, parsing, consistency, JSON Schema."""
