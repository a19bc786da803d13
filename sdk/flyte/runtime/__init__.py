"""What happens when a task is called: controllers, attempts, and the worker process of a Lambda sandbox."""
