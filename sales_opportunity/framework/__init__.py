"""What this app needs of the framework everywhere: releases, locks, jobs, what apps register, fields that link to them."""
