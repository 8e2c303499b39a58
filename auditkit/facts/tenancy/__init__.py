"""Facts that several checks of the scanner `tenancy` share."""
