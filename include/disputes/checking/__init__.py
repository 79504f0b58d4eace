"""A packet looked at again, with nothing of what built it: the audit, and where each sentence comes from."""
