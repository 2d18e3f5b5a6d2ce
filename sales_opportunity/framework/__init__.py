"""What this app needs of the framework everywhere: releases, locks, jobs, which DocTypes are its own, what apps register."""
