"""The documents' words: one module a noun, the envelope around them, and what comes back.

Sources: facts/infor.md §5, and for what it leaves open the samples that docs/suites/bod.md names.
"""
