"""The store's side of the wall: BigCommerce's paths, headers and field names, and what they mean in our words.

What an order owes the books belongs in ``mapping``, when it is read in ``flows``, how a call is sent in ``http``.
Nothing of BigCommerce's vocabulary leaves this room: it hands out domain types, and faults that name the field.
"""
