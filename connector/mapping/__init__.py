"""A customer's choices, and what follows from them: accounts, items, the plan of an order's postings. All pure.

Reads the two files a customer writes (connection, mapping profile) and turns an order's snapshot into postings.
What is true for every customer belongs in ``domain``; asking a store or an ERP in ``flows``; tables in ``records``.
"""
