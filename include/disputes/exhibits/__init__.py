"""Documents of any make as portrait pages: opened in a guarded process, cleaned, set, captioned."""
