"""The control routes: what people, banks and the clock do in a rehearsal."""
