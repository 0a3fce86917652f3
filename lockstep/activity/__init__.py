"""How much accounts post, and whether their activity rises and falls together."""
