"""The AWS stack as a CDK app: one construct per concern, synthesized to `template/flyte.template.json`."""
