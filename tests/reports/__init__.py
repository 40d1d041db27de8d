"""Reports: every figure counted a second time, the plain way, from the events."""
