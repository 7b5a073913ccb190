"""The service: HTTP, authentication, telemetry, settings, command line."""
