"""The types of the graph, one file per noun."""
