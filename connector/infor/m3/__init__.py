"""Infor M3 behind ``ports.Erp``: sales orders by batch order, journals by the general GL interface.

Every program, transaction, field and table name stands in ``wire``; the modules beside it tell the journeys.
What another suite shares with M3 belongs in ``ion``; accounts, items and charge ids come from ``mapping``.
"""
