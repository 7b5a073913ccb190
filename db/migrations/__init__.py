"""The migrations: forward only, never edited after a release."""
