"""Documents of any format as portrait pages: opened in an isolated process, cleaned, laid out, captioned."""
