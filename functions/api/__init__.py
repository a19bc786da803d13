"""HTTP in, control out."""
