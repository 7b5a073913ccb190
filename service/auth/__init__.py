"""Authentication: tokens, keys of issuers, accounts; also the active policy and the rate limit."""
