"""The records of this app and of others that a deal or a paper names: partners, items, companies, origins, terms."""
