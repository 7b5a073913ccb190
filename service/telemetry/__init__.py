"""Telemetry for operators: metrics, operations, traces, logs."""
