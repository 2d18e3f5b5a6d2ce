"""What a price is: amounts, totals, tax and value of a deal, in Decimal. Free of the framework, knows no document."""
