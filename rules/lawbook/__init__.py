"""The law printed as a page: every point with its function and data, or who decides it."""
