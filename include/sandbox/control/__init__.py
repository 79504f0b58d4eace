"""The control routes: what people, banks and the clock do during a rehearsal."""
