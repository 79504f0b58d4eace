"""Early fraud warnings: what an issuer suspects before it becomes a dispute."""
