"""Where a client begins to read: the root and its lists."""
