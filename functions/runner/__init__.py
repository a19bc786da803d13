"""The supervisor that runs user code in worker processes."""
