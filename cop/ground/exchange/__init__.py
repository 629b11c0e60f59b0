"""What ground exchanges with the world outside the database: keys in files, mails by SMTP."""
