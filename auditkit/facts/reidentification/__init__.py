"""Facts that several checks of the scanner `reidentification` share."""
