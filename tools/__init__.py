"""What maintainers run, and what is not part of the installed package: pages, snippets, wording."""
