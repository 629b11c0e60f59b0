"""The rules of survey rounds, pure: stages, responses, threads, locks, reminders, snapshots, replies."""
