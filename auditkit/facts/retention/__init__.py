"""Facts that several checks of the scanner `retention` share."""
