"""Documents of any make as portrait pages: opened in a isolated process, cleaned, set, captioned."""
