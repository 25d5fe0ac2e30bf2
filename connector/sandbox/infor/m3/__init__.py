"""A simulated M3 company: the m3api-rest v2 shapes, field lengths, batch orders, the GL interface, items and stock.

The proofs are read from its ledger. What another suite shares with it belongs one room up.
"""
