"""An audit as its users see it: what it found, with its views, and the run that makes it."""
