"""ION's messaging service and a ledger that takes journals by BOD, for any simulated suite that wants them.

Here belongs what ION and a target of BODs would do: take a message, bring it later, answer with an Acknowledge or a
ConfirmBOD to the connector's door. A suite's own API belongs in its own room; nothing of the connector's is imported.
"""
