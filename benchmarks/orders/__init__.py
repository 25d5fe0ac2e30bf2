"""What orders cost: ``python -m benchmarks.orders [intake|pipeline|quota|calls|growth|cost] [--quick]``.

Every figure is a ratio to its floor or to the same without us, measured several times in one run.
"""
