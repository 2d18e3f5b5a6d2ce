"""What people type and read: cleaned, kept plain, understood, formatted."""
