"""Which tables exist and what each is made from."""
