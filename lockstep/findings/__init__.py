"""What may be said: claims, the level each has earned, its sentence, and the rows behind it."""
