"""What the service does: links, batch functions and commands, one file per noun."""
