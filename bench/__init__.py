"""Speed, measured as ratios against a reference in the same run. `python -m bench` prints the table."""
