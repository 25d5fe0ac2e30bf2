"""The trail and the truth at rest: tables, one module of rows per noun, migrations. The only SQLAlchemy.

A function here takes an open transaction and ids, does one thing, and returns plain values. What a row
means belongs in ``domain``; the order of steps, and when to commit, in ``flows``.
"""
