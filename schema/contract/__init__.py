"""The SDL, the released SDL, and the comparison of both."""
