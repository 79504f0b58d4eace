"""Nothing: it is before ours on the path, so that the usual project's parents load nothing ahead."""
