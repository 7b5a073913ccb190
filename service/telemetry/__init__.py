"""What operators see: metrics, operations, traces, logs."""
