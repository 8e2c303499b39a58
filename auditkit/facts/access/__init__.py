"""Facts that several checks of the scanner `access` share."""
