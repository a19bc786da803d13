"""The functions of the stack."""
