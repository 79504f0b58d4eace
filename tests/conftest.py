"""Property tests: the same examples at every run of the suite, fresh ones in `make fuzz`."""

from hypothesis import HealthCheck, settings

settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile("suite")
