"""Connections to PostgreSQL: engine, pools, batching, timeouts, notifications, roles."""
