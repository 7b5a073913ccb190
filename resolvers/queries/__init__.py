"""Reads: relations, batch functions and lists, one file per noun."""
