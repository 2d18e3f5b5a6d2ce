"""Customers, leads, items, units and stock of ERPNext."""
