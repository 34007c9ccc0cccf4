"""Rules about RDS databases and their snapshots."""
