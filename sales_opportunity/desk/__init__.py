"""What the desk asks for besides documents: search, sums of lists, own copies, where it begins."""
