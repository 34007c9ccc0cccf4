"""A day in an account, as data: who calls what, and when."""
