"""Rows in, rows out: tables, migrations, queries, the embedded server, the catalogue."""
