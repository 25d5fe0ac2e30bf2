"""The order of steps: read, decide, write, call, write. One public function per journey.

A flow reaches the outside only through ``ports`` and is handed the real thing by ``bootstrap`` (``house``). It knows
no web framework, no task queue and no vendor; when and how often it runs is said in ``tasks``.

What is asked for: ``deliveries`` (webhooks), ``backfill`` (polls), ``acknowledgements`` and ``messages`` (ION).
An order's chain: ``work`` (one step), ``orders``, ``planning``, ``customers``, ``postings``, ``moves``, ``sendings``,
``contents``, ``periods``.
A person's word on it: ``approvals``, ``holds``, ``replay``, ``unposting``, ``settling``, ``by_hand``, ``verdicts``,
``vouchers``, ``notices``, ``dry_run``.
The catalog: ``catalog``, ``turn``, ``reading``, ``looking``, ``publishing``, ``creating``, ``stocking``, ``drift``.
The hooks: ``hooks``, ``hook_look``, ``hook_scopes``, ``hook_figures``.
Connections: ``setup``, ``connections``, ``places``, ``golive``, ``removal``, ``tokens``, ``rotation``; before they go
live ``fit``, ``rehearsals``, ``suggestions``.
Proof: ``certificate``, ``counting``, ``standings``, ``reconciliation``, ``columns``, ``audit``, ``papers``,
``recording``.
What people see: ``overview``, ``listing``, ``search``, ``story``, ``record_ids``, ``desk``, ``bundle``, ``gauges``,
``alerts``; who they are: ``users``, ``logins``.
Whose data it is: ``buyers``, ``retention``.
"""
