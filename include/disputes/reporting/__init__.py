"""The outcomes of all rounds: counted, plotted, and written as one page."""
