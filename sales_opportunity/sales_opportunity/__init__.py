"""The module as the framework keeps it: DocTypes, reports, pages and papers, a folder each."""
