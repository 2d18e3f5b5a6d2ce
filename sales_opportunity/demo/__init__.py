"""The demo: two years in the sales of a German maker of e-bikes and cargo bikes. All names are invented."""
