"""Business object documents over ION messaging: how a suite books that has no call to book with.

Here belongs what ION's messaging service and the documents' XML want; ``lxml`` lives in ``xml`` alone. A suite's room
holds what it needs of this one and opens its post; what a verdict means for an order belongs in ``flows``.
"""
