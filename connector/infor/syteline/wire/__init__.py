"""SyteLine's words, in and out. What is done with them stands one room up."""
