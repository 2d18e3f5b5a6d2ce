"""The customer's page of a quote, with all that it is made of."""
