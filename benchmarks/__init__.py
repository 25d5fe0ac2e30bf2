"""What the whole system costs: real processes, PostgreSQL and Valkey against the simulated outside.

A benchmark gives ratios (calls to the floor, time to the quota's floor, latency with to without), prints them as a
table and keeps all it counted as JSON under ``var/bench``. How to run them: ``README.md`` in this folder.
"""
