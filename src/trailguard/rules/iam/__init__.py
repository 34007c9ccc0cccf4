"""Rules about IAM calls."""
