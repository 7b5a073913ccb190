"""A selection compiled to one statement of which PostgreSQL makes the JSON."""
