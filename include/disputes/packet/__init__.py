"""One response: texts, letter and files that fit the limits, and the manifest that describes them."""
