"""Infor LN behind ``ports.Erp``: sales orders, items and stock by its OData services.

Every service, entity set, action and field name stands in ``wire``; the modules beside it tell the journeys.
What another suite shares with LN belongs in ``ion``; accounts, items and charges come from ``mapping``.
"""
