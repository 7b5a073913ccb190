"""Authorization: the matrix of sections 6 and 7, its strict reader, decisions with reasons."""
