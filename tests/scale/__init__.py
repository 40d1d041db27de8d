"""A database with a million cases and five million messages, and what a turn costs there."""
