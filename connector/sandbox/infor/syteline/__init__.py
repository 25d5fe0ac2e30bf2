"""A simulated SyteLine (CloudSuite Industrial): the IDO service of Mongoose with one configuration of one site.

What an IDO holds stands in ``idos``, what SyteLine refuses in ``rules``; the rest of the gateway is one room up.
"""
