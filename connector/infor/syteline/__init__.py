"""SyteLine (CloudSuite Industrial) behind ``ports.Erp``: sales orders, journals and items by IDOs of Mongoose.

Every IDO, property and status stands in ``wire`` or, where no document names it, in ``company.Names``; the modules
beside them tell the journeys. What another suite shares belongs in ``ion``; accounts and items come from ``mapping``.
"""
