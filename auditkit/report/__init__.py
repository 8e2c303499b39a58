"""The report of an audit: one model, and one module for each form it is written in.

`auditkit.report` is also the name of the function that writes a run folder, so the modules are reached as
`from auditkit.report import html`.
"""
