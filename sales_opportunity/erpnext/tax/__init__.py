"""Tax templates of ERPNext, and what of a quote's tax they say."""
