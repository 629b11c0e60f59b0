"""How the sign-in library works here: closed signup, mails through the outbox, failed tries that slow down, no network address kept."""
