"""What was done on a deal and what is to be done: calls, meetings, tasks, invitations."""
