"""A simulated BigCommerce store and a simulated Infor tenant over real HTTP, with a fault dial between them and us.

Here belongs what the outside does, as ``facts/`` tells it, and the switches to make it misbehave.
Nothing here imports anything else of ours: a simulator that shares the client's parser can only confirm the
client's mistakes.
What the connector does about the outside is in ``connector.bigcommerce`` and ``connector.infor``; the tests of
whole journeys are in ``tests/journeys``.
"""
