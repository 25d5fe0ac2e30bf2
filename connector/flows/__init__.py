"""The order of steps: read, decide, write, call, write. One public function per journey.

A flow reaches the outside only through ``ports`` and is handed the real thing by ``bootstrap``. It knows
no web framework, no task queue and no vendor; when and how often it runs is said in ``tasks``.
"""
