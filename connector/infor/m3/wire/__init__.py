"""M3's words and ours: which program and field carries what, and how long it may be.

Nothing here calls anybody: functions build transactions out of domain objects and read records back into them.
The order of calls belongs in the modules beside this package, how a call travels in ``client`` and ``answers``.
"""
