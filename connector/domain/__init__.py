"""What is true on paper, for any shop and any ERP: money, orders, journals, postings and their states.

Pure and standard library only; no clock, no network, no table, no customer's choice.
A vendor's field name belongs in that vendor's ``wire``; a customer's account in ``mapping``.

What the store tells: ``delivery``, ``order``, ``payment``, ``refund``, ``snapshot``; who is in it: ``people``.
What it means in the books: ``plan``, ``document``, ``journal``, ``money``, ``residual``, ``approval``.
A posting on its way: ``posting``, ``content``, ``identity``, ``inquiry``, ``acknowledgement``, ``progress``.
The books: ``books``, ``ledger_account``, ``period``, ``days``.
The catalog: ``item`` (the ERP's), ``product`` (the store's).
Proof: ``reconciliation``, ``comparison``, ``ownership``, ``certificate``, ``audit``, ``paper``.
A connection: ``connection``, ``user``, before it is live ``fit``; what goes wrong: ``faults``, ``alert``, ``gauge``.
How it is written down: ``codec``, ``text``.
"""
