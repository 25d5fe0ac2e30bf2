"""What workers on many machines agree on through Redis: locks on a record, budgets of outside calls.

Everything here is a courtesy: it may be lost at any moment and nothing is booked twice; the law is in ``records``.
A fact that must survive belongs there too; Celery's own use of Redis belongs in ``tasks``.
"""
