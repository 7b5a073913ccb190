"""The plan: a root field whose selection is relational becomes one statement that gives JSON text."""
