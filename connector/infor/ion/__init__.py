"""The ION gateway, which every suite is reached through: credentials file, tokens, one way to send a call.

Programs and fields of a suite do not belong here but in that suite's folder.
Where tokens are kept and who may refresh them is the business of ``flows.tokens``.
"""
