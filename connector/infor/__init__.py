"""The Infor side: which suite a company runs, how its gateway is entered, and one adapter per suite.

Every suite's words stay in its own folder, behind ``ports.Erp``; ``registry`` alone knows which suites there are.
When something is posted belongs in ``flows``, a customer's choice of account in ``mapping``.
"""
