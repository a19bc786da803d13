"""What runs tasks: in this process, or in the worker process of a runner function."""
