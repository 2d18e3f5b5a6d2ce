"""Papers: from a page of HTML to a PDF, addresses, pictures, texts that fit."""
