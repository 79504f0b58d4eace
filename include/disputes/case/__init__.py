"""One dispute on its way to a packet: what is known of it, and which documents answer it."""
