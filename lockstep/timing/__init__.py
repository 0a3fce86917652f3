"""When accounts publish: gaps between them, and how many of those chance gives."""
