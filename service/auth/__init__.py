"""Who asks: tokens, keys of issuers, accounts, policy and rate limit."""
