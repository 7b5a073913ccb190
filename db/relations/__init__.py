"""The relations of the graph as data: the source of the rows of each field, one file per noun."""
