"""What is wrong with a deployment, said before anything runs: `python -m representment check`."""
