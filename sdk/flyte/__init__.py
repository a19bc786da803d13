"""Flyte on AWS Lambda: tasks in plain Python, run and deployed on a serverless backend."""
