"""A simulated LN company: its OData services with their actions, etags, pages and padded item codes.

What another suite shares with it belongs one room up.
"""
