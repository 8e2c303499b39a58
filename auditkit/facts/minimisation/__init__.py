"""Facts that several checks of the scanner `minimisation` share."""
