"""Use cases: one function per thing a person wants done.

They take a session and values, call the core and the edges, and never commit: the door that opened the transaction
does.
"""
