"""Dated parameters of a province, and the code that reads them."""
