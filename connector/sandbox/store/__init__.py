"""The store: its orders, payments, refunds, hooks, and the API it answers with.

Here belongs what BigCommerce keeps, computes, answers and sends, in its own words (facts/bigcommerce.md).
What Infor does belongs to ``connector.sandbox.infor``; faults that can befall any call belong to
``connector.sandbox.dial``; the awkward orders that fill the store are in ``seed``.
"""
