"""A customer's choices, and what follows from them: accounts, items, the plan of an order's postings. All pure.

Reads the two files a customer writes (connection, mapping profile) and turns an order's snapshot into postings.
What is true for every customer belongs in ``domain``; asking a store or an ERP in ``flows``; tables in ``records``.

The files: ``connection_file``, ``profile``, with ``located`` and ``fields``;
a drafted profile: ``suggestions``, ``draft``.
An order's plan: ``planner``, with ``case`` (what it knows), ``gates`` (whether and when), ``owed`` (which postings).
What each posting holds: ``documents``, ``sales``, ``settlements`` (payments), ``credits`` (refunds), ``corrections``,
``reversals``, ``unposting``; from sums to entries: ``ledger``, ``accounts``, ``booking_day``; what no entry
mends: ``edits``.
What things are worth: ``worth``, ``taxes``, ``refunded``, ``shares``, ``sold``, ``surplus``.
What it would have been: ``remapping``; what the store says beside it: ``charged``.
Items: ``items``, ``demand`` (pieces of an order), ``shelf`` (the store's catalog), ``drift``.
"""
