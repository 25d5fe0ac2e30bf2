"""Files that a person opens with programs of their own: tables for an accountant, a ledger for beancount.

How a result is laid out in a file belongs here, and so does the library that writes it. What the result is belongs in
``flows``; how it looks on a terminal, in ``cli``.
"""
