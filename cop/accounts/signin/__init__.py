"""How the sign-in library works here: no signup, mails through the outbox, patience with failed tries, no network address kept."""
