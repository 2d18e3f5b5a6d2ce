"""Tests on a real ERPNext, set up for a German company (SKR04, EUR): they run where it is installed."""
