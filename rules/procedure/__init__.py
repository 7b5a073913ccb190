"""The year: precedence of acts, dates, remedies, places of review, the dossier."""
