"""Every row about one data subject, for a request of access or erasure (GDPR Art. 15, 17).

`auditkit.locate` is also the name of the function that searches, so the modules are reached as `from
auditkit.locate import search`.
"""
