"""What became of the rounds, all together: counted, drawn, written as one page."""
