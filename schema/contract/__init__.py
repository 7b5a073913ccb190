"""The SDL, the released SDL, and what holds them together."""
