"""The root of queries, and its lists."""
