"""What a reader sees of a case: charts."""
