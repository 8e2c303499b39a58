"""Find every row about one data subject, for a request of access or erasure (GDPR Art. 15 and 17).

`auditkit.locate` is the function that searches, so the modules of this package are imported as `from
auditkit.locate import search`.
"""
