"""The PostgreSQL that comes along with the package."""
