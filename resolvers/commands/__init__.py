"""What changes the registry: one file per command or family of commands."""
