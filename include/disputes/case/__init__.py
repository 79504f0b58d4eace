"""One dispute on its way to a packet: what is known about it, and which documents answer it."""
