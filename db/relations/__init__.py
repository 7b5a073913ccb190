"""The relations of the graph as data: where the rows of each field come from, one file for each noun."""
