"""Infor Financials (FSM) behind ``ports.Erp``: journals by GLTransactionInterface, and nothing else: no sales orders.

Every class, field and operation name stands in ``wire``; the modules beside it tell the journeys. What another
suite shares with Financials belongs in ``ion``; accounts come from ``mapping``.
"""
