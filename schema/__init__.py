"""The graph: its types, and how an operation is executed."""
