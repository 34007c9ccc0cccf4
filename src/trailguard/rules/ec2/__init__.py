"""Rules about EC2 and VPC calls."""
