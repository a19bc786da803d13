"""Task arguments on the command line: text becomes a value, by a Python hint or by a registered JSON schema."""
