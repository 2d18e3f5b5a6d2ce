"""Tests that need a site; what they share lies beside them in modules without `test_`."""
