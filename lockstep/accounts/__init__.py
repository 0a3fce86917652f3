"""Which accounts a case is about."""
