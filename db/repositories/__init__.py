"""One file of queries per noun."""
