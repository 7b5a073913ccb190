"""The conditions of each level, one file per article or section, and what they share."""
