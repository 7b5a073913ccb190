"""The door: HTTP, identity, settings, command line."""
