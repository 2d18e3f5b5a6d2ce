"""The companies of ERPNext: their currency, rates, accounts and terms."""
