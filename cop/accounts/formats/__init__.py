"""Files of the desk as they are served."""
