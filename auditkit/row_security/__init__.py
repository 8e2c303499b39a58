"""Row-level security of PostgreSQL: what its row policies keep, their weaknesses, and the ways around them.

Where to find what:

- `guards`: which tables the row policies of a server keep, and to what. `roles`: from whom.
- `weaknesses`: what is weak in a row policy. `parsing` reads its text, `names` resolves the names in it,
  `clauses` brings it into one form, made of `parts`, and `ways` says how each clause lets a row through.
- `bypass`: ways around row-level security; `routine_reads` and `blind_functions` read functions and views.
- `statements`: the SQL that enables row-level security, or that limits a row policy to the tenant.
- `catalogue_scopes`: to whom the rows of tables belong that the audit cannot read.
"""
