"""Documents of any make as portrait pages: opened in an isolated process, cleaned, set, captioned."""
