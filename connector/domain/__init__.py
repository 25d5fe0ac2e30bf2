"""What is true on paper, for any shop and any ERP: money, orders, journals, postings and their states.

Pure and standard library only; no clock, no network, no table, no customer's choice.
A vendor's field name belongs in that vendor's ``wire``; a customer's account in ``mapping``.
"""
