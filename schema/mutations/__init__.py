"""The commands of the graph: inputs, answers, and their root."""
