"""Prepares operations: parses, measures, validates and prices each document once."""
