"""What leaves a case: the database, and what the lineage in it is filled from."""
