"""ERPNext's customers, leads, items, rates and orders, for sites where it is installed: adapters and nothing else."""
