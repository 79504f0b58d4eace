"""Checks a packet with separate code: the audit, and the source of each sentence."""
