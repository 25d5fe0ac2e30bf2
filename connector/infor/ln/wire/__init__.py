"""LN's words (facts/infor.md §4.1, and the service's own ``$metadata`` as published by users of it).

What is asked of LN and how its answers read. The order of calls belongs one room up.
"""
