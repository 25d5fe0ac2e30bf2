"""A simulated accounting entity of Infor Financials: Landmark lists, GLTransactionInterface and the ledger behind it.

What another suite shares with it belongs one room up.
"""
