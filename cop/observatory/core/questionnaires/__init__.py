"""Around the model of a questionnaire: what is packaged, how versions meet, what is translated, what a check finds."""
