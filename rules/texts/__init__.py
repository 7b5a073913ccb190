"""The documents point by point, and the code that reads them."""
