"""What the functions tell of themselves: log lines in one format, and metrics as a part of those lines."""
