"""A level judged from facts, its explanation, and whom the quota counts together."""
