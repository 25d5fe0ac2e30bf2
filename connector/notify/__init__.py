"""Brings people a message: by mail, or to a chat's webhook.

What is told, and when, is for ``flows.alerts``; here it is only carried. What carries a secret is opened at the
moment of use and never logged.
"""
