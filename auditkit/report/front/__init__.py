"""The first page: what is processed, whose data it is, whether a decision can be made, and who answers."""
