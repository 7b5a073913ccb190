"""Who asks, about whom, and what the policy lets them do."""
