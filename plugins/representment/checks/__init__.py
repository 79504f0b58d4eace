"""Finds problems with a deployment before anything runs: `python -m representment check`."""
