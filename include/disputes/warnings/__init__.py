"""Early fraud warnings: an issuer's suspicion before it becomes a dispute."""
