"""The mathematics of the reports. Free of the framework."""
