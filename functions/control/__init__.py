"""The rules: registry, artifacts and run lifecycle on DynamoDB, S3 and Step Functions. No HTTP in it."""
