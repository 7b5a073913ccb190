"""The law: levels, quotas, order and dates, computed from facts by named clauses. Pure."""
