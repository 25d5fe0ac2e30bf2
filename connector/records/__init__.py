"""The trail and the truth at rest: tables, one module of rows per noun, migrations. The only SQLAlchemy.

A function here takes an open transaction and ids, does one thing, and returns plain values. What a row
means belongs in ``domain``; the order of steps, and when to commit, in ``flows``.

What is asked for: ``deliveries``, ``wants``; an order: ``orders``, ``runs`` (who is at work), ``snapshots``,
``money_events``, ``terms`` (what it is found by).
Its postings: ``postings``, ``journal_lines``, ``journals``, ``sendings``, ``messages``, ``bindings``.
A person's word on it: ``approvals``, ``held``, ``unposting``, ``notices``, ``desk``.
The catalog: ``items``, ``articles``, ``demands``, ``echoes``. The hooks: ``hooks``, ``hook_figures``.
Connections: ``connections``, ``tokens``, ``watermarks``, ``leases``, ``periods``, ``rehearsals``, ``removal``.
Proof: ``trail``, ``papers``, ``ends`` (a certificate's), ``reconciliation``.
What people see: ``overview``, ``listing``, ``gauges``, ``alerts``, ``heartbeats``; who they are: ``users``.
The way there: ``database``, ``migrate``, ``schema`` with a file beside it for each subject, ``sealed`` (whatever is).
"""
