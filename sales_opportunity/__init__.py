"""Opportunities, weighted forecasts and one-click PDF quotes for Frappe and ERPNext."""

__version__ = "0.2.0"
