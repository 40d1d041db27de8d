"""Documents, and the scripts that take their pictures."""
