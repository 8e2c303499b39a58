"""What surrounds a run: its line in the log, the lock of its folder, and its progress on the screen."""
