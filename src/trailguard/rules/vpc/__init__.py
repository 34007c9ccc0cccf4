"""Rules about how VPCs and what is in them are configured."""
