"""From raw exports to staged tables."""
