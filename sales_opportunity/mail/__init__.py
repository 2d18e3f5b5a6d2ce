"""E-mails on their way out: headers, senders, recipients, and what was interrupted."""
